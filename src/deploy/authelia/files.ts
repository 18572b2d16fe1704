import type { House, PlannedFile } from '../types.ts'
import { accessControlSection } from './access-control.ts'
import { type Section, writeDocument } from './document.ts'
import { factorSections, passwordSection, regulationSection } from './factors.ts'
import { notifierSection, ntpSection, validationSection } from './notifier.ts'
import { oidcSections } from './oidc.ts'
import { CONFIGURATION } from './paths.ts'
import { serverSections } from './server.ts'
import { sessionSection } from './session.ts'
import { storageSection } from './storage.ts'
import { usersSection } from './users.ts'

/** The release whose source and schema this was written against. */
export const AUTHELIA = '4.39'

const TITLE = `Authelia ${AUTHELIA}, as gatehouse.yml wants it. Rendered by gatehouse: change gatehouse.yml and run
\`gatehouse apply\`; what is changed here is lost. No secret is in this file: each comes from a file of its own
(AUTHELIA_…_FILE). Every key: https://www.authelia.com/configuration/prologue/introduction/`

/**
 * Authelia's configuration; nothing with the built-in portal.
 * @throws HouseError for what the rendered Authelia cannot do
 */
export function autheliaFiles(house: House): readonly PlannedFile[] {
  if (house.config.authelia === undefined) return []
  const content = writeDocument(TITLE, sectionsOf(house))
  return [{ path: CONFIGURATION, content, mode: 0o644, about: "Authelia's configuration" }]
}

/** In the order of Authelia's own template (config.template.yml). */
function sectionsOf(house: House): readonly Section[] {
  const { config } = house
  const oidc = oidcSections(house)
  return [
    ...serverSections(config),
    ...factorSections(config),
    validationSection(config),
    ntpSection(),
    ...oidc.filter(({ key }) => key === 'definitions'),
    usersSection(house),
    passwordSection(config),
    accessControlSection(config),
    sessionSection(config),
    regulationSection(config),
    storageSection(config),
    notifierSection(config),
    ...oidc.filter(({ key }) => key !== 'definitions'),
  ]
}
