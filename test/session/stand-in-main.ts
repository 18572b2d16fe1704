/** A stand-in for Authelia as a process of its own, to be stopped and paused. Ends with its standard input. */
import { answerAsRecorded, serve } from './stand-ins.ts'

const server = await serve(answerAsRecorded)
process.stdin.resume().on('end', () => process.exit())
console.log(server.origin)
