/** Asking for a password without showing it. */
import type { Input, World } from './command.ts'

/** The person changed their mind: Ctrl-C, or the end of the input. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned'
}

interface Terminal extends Input {
  setRawMode(raw: boolean): unknown
}

const isTerminal = (stdin: Input): stdin is Terminal => stdin.isTTY === true && 'setRawMode' in stdin

/** Whether somebody is there to be asked. */
export const canAsk = ({ stdin }: World): boolean => isTerminal(stdin)

const ENTER = /[\r\n]/
const ENOUGH = ['\u0003', '\u0004']
const BACK = ['\u007f', '\b']
/** Ctrl-U, as terminals have it. */
const CLEAR = '\u0015'

/**
 * Asks one question after the other on the terminal; nothing of an answer is shown, not even its length.
 * @throws Abandoned
 */
export async function askHidden(questions: readonly string[], { stdin, stderr }: World): Promise<string[]> {
  if (!isTerminal(stdin)) throw new Abandoned('there is no terminal')
  // Before the first question and through to the last answer: what is typed early would be shown otherwise.
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  const answers: string[] = []
  try {
    for (const question of questions) {
      stderr.write(question)
      answers.push(await answer(stdin))
      stderr.write('\n')
    }
    return answers
  } catch (error) {
    stderr.write('\n')
    throw error
  } finally {
    stdin.setRawMode(false)
  }
}

function answer(stdin: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const end = () => {
      stdin.off('data', hear)
      stdin.off('end', stop)
      stdin.pause()
    }
    const stop = () => {
      end()
      reject(new Abandoned('nothing was changed'))
    }
    const hear = (text: string) => {
      const characters = [...text]
      for (const [index, character] of characters.entries()) {
        if (ENOUGH.includes(character)) return stop()
        if (ENTER.test(character)) {
          end()
          // What was typed or pasted ahead is for the next question.
          const rest = characters
            .slice(index + 1)
            .join('')
            .replace(/^\n/, '')
          if (rest !== '') stdin.unshift(rest, 'utf8')
          return resolve(typed.join(''))
        }
        if (BACK.includes(character)) typed.pop()
        else if (character === CLEAR) typed = []
        else typed.push(character)
      }
    }
    stdin.on('data', hear)
    stdin.on('end', stop)
    stdin.resume()
  })
}
