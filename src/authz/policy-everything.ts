import type { AccessRule } from '../types.ts'

/** The criteria of a rule that holds for every request; what a rule asks and for which hosts is added to them. */
export const EVERYTHING: Omit<AccessRule, 'domains' | 'policy' | 'label'> = {
  domainPatterns: [],
  resources: [],
  subjects: [],
  methods: [],
  networks: [],
  query: [],
}
