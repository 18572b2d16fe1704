/** What a configuration has of the house where gatehouse.yml says nothing of it. */
import { toDeploy } from '../../src/config/resolve-oidc.ts'
import { deploy } from '../../src/config/schema/deploy.ts'

export const noHouse = {
  oidc_apps: [],
  secrets: '/etc/gatehouse/secrets',
  deploy: toDeploy(deploy.parse({}), path => `/etc/gatehouse/${path}`),
}
