/** /consent/completion: why an app's request for a login led nowhere. */
import { noticePage } from '../pages/notice.ts'
import { type Page, show } from './visit.ts'

/** Ours alone: a text out of the address would let anybody write on this page. */
const WHY: Readonly<Record<string, string>> = {
  invalid_client: 'There is no app of the name (client ID) under which this one asked for a sign-in.',
  invalid_request:
    'The app asked in a way that cannot be answered. Most often the address that it wants the answer at (redirect URI) is not the one that is registered for it: port, slash and all.',
}
const OTHER = 'The app asked for a sign-in in a way that cannot be answered.'

export const completion: Page = visit => {
  const error = visit.fields.get('error') ?? ''
  const why = Object.hasOwn(WHY, error) ? WHY[error] : undefined
  const text = `${why ?? OTHER} Whoever runs this finds more in the log.`
  const status = error === 'invalid_client' ? 401 : 400
  return show(
    visit,
    status,
    noticePage({ title: 'The app cannot sign you in', text, status, host: visit.host }),
  )
}
