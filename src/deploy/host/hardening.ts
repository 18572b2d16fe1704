/** What every service of the house may not do: systemd.exec(5). */

export interface Needs {
  /** Ports below 1024, which only a capability opens. */
  readonly lowPorts?: boolean
  /** Gives a socket to a group. */
  readonly chown?: boolean
  /** Code that is made while the program runs. */
  readonly compiles?: boolean
  /** Something that it reads is in a home. */
  readonly homes?: boolean
}

/** Lines of `[Service]`. */
export function hardening({
  lowPorts = false,
  chown = false,
  compiles = false,
  homes = false,
}: Needs): string[] {
  const capabilities = lowPorts ? 'CAP_NET_BIND_SERVICE' : ''
  return [
    '# No way to more rights than its own user has.',
    'NoNewPrivileges=yes',
    `CapabilityBoundingSet=${capabilities}`,
    `AmbientCapabilities=${capabilities}`,
    // In a user namespace of its own a capability counts for nothing on the machine's ports.
    ...(lowPorts ? [] : ['PrivateUsers=yes']),
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    '# The machine is read-only but for what is named in this file, and much of it is not to be seen.',
    'ProtectSystem=strict',
    `ProtectHome=${homes ? 'read-only' : 'yes'}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'PrivateIPC=yes',
    'RemoveIPC=yes',
    'ProtectProc=invisible',
    'ProcSubset=pid',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'UMask=0077',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged',
    ...(chown ? ['# For `group` of a socket.', 'SystemCallFilter=@chown'] : []),
    'SystemCallErrorNumber=EPERM',
    ...(compiles
      ? ['# Not MemoryDenyWriteExecute: V8 compiles JavaScript while it runs, and would not start.']
      : ['MemoryDenyWriteExecute=yes']),
  ]
}
