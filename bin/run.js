// Apart from bin/gatehouse, which a Node too old for import() must still be able to read.
'use strict'

import('../src/main.ts')
