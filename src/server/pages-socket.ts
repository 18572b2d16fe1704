/** Where browsers' requests for the portal's pages go: never the socket that answers authz. */
export function pagesSocket(socket: string): string {
  return `${socket}.pages`
}
