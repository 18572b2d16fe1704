/** config/gatehouse.example.yml: the smallest configuration that is of use. */
export function exampleFile(): string {
  return `# yaml-language-server: $schema=gatehouse.schema.json
# The smallest configuration of Gatehouse. Every key is in gatehouse.full.yml.
domain: example.com
authelia: { url: http://127.0.0.1:9091 }
apps:
  shinobi: { upstream: http://127.0.0.1:8080, policy: two_factor }
`
}
