import { signedOutPage as shared } from '../../lib/signed-out.ts'
import type { SignedOutView } from './view.ts'

/** After the sign-out. The link goes to the login page, which judges `rd` before it follows it. */
export function signedOutPage(view: SignedOutView): string {
  const again = view.rd === undefined ? '/' : `/?rd=${encodeURIComponent(view.rd.toWellFormed())}`
  return shared({ host: view.host, again })
}
