/** Digests as Authelia's own library (go-crypt 0.14.15) wrote them, read back. */
import t from 'tap'
import { DigestError } from '../../../src/portal/digest/digest.ts'
import { readDigest } from '../../../src/portal/digest/read.ts'

const PASSWORD = 'pässwörd ✓ with spaces'

const VECTORS: readonly (readonly [kind: string, digest: string])[] = [
  [
    'argon2id m=64 t=1 p=2 k=32',
    '$argon2id$v=19$m=64,t=1,p=2$FvmibqJQ8kDq4K6UlACDYg$BC+RlXviFORuHk9SwqzLnN7YwhMhAVAHsDv47r1cIbw',
  ],
  [
    'argon2i m=64 t=1 p=2 k=32',
    '$argon2i$v=19$m=64,t=1,p=2$h5SvwBK4J+L6argytGT68g$J9czQIwvJexV+EWe/Z7YfB7jTULqc9ONRk6iYBthzr0',
  ],
  [
    'argon2d m=64 t=1 p=2 k=32',
    '$argon2d$v=19$m=64,t=1,p=2$RJP8ViJtlbZA+LNOZsniEg$VUG5WxTFFFQeWHfQPMAwiDxwfd/cDyBe0pv5QhmFkQY',
  ],
  ['pbkdf2-sha1 i=100000 k=20', '$pbkdf2$100000$beC.gz1V7hKbegLlBOvCGg$OUFQpdAWxqjFqkpSunefu9FbU30'],
  [
    'pbkdf2-sha224 i=100000 k=28',
    '$pbkdf2-sha224$100000$3whlv1zCPCtRKRt7bh9gOg$pBhSYBumW9AJpoW.TOk5jIlgcVMJz26Aj63EqA',
  ],
  [
    'pbkdf2-sha256 i=100000 k=32',
    '$pbkdf2-sha256$100000$udneio.4ZU8CRuRotM5//A$5iXEbi364dBX3.q8XopOWwwfW7Ov8WkTosFeAU3rVzY',
  ],
  [
    'pbkdf2-sha384 i=100000 k=48',
    '$pbkdf2-sha384$100000$z1pz.RHho06vQzsiBTykYg$wuRvLOHOP8YKXT3TbktJIJu7KUPbE5y/CLQaaG9/DEj3kT4JtLZJtuxSzXgDJbDW',
  ],
  [
    'pbkdf2-sha512 i=100000 k=64',
    '$pbkdf2-sha512$100000$eQ74mf0urC39iNaRY88jWA$rjeZ5uX0hfna9JvqhvysCeVVno.BsuakgQ0lpC5ET4hTbpKxNtFZrCEbx0ByEOF0my4mEUEavS.e1olQUwHngQ',
  ],
  [
    'scrypt ln=12 r=8 p=1 k=32',
    '$scrypt$ln=12,r=8,p=1$EooHv/u2Gtgj0e6aJgIOlA$Acy5s4bdNIrGdMV2qYonAIDYIoSf0NLFoPIxZxIKxMg',
  ],
  ['bcrypt r=10', '$2b$10$WbJBMhO6gem6qkLQvbVcCuqUb14sjG8HxEjcGJkeaBVR6JSLFz7By'],
  [
    'bcrypt-sha256 r=10',
    '$bcrypt-sha256$v=2,t=2b,r=10$DLCd3rJ6KSbz45sTkjKz/O$NlFYA7C88YIcRtqofPmFv25kr/W3tLG',
  ],
  ['sha256crypt r=1000', '$5$rounds=1000$H3OFfGShox4pHJkY$CKjs1UHsl3cOo9lMrRR6dGGZGGInlxkuh6RxpJLPQIA'],
  [
    'sha512crypt r=1000',
    '$6$rounds=1000$MmwLI5yP3TiMrYlL$aFTKNMByvbSYgeuO8UA188nLSo4CswJg44R1BVXsiLGRTGa6Ya.DhsVR//xZSbfbWHVY7g90SRsuFf7benUpW.',
  ],
]

for (const [kind, encoded] of VECTORS) {
  t.test(kind, async t => {
    const digest = readDigest(encoded)
    t.equal(digest.kind, kind)
    t.equal(await digest.verify(PASSWORD), true, 'the password')
    t.equal(await digest.verify('passwort'), false, 'another password')
    t.equal(await digest.verify(''), false, 'an empty one')
    t.equal(await digest.verify(`${PASSWORD} `), false, 'one with a space more')
    t.equal(await readDigest(`{CRYPT}${encoded}`).verify(PASSWORD), true, 'with {CRYPT} before it')
  })
}

t.test("scrypt at Authelia's own cost needs more memory than node allows by itself", async t => {
  const encoded = '$scrypt$ln=16,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  t.equal(await readDigest(encoded).verify('x'), false)
})

const REFUSED: readonly (readonly [encoded: string, message: RegExp])[] = [
  ['$y$j95$1hTk6HA7iSJh8hU6vQ0xM/$UKq/ibkq7k2WtGajjOypNh01/I00lBxObWS/MvHmXd/', /yescrypt .* argon2/],
  ['hunter2', /must be a digest/],
  ['$plaintext$hunter2', /must be a digest/],
  ['$md5$abc$def', /unknown algorithm/],
  ['$argon2id$v=16$m=64,t=1,p=2$FvmibqJQ8kDq4K6UlACDYg$BC+RlXvi', /version 19/],
  ['$argon2id$v=19$m=99999999,t=1,p=2$FvmibqJQ8kDq4K6UlACDYg$BC+RlXvi', /memory .* between/],
  ['$argon2id$v=19$m=64,t=0,p=2$FvmibqJQ8kDq4K6UlACDYg$BC+RlXvi', /passes/],
  ['$argon2id$v=19$m=64,t=1,p=2$!!$??', /not base64/],
  ['$argon2id$broken', /not an argon2 digest/],
  ['$pbkdf2-sha512$0$eQ74mf0urC39iNaRY88jWA$rjeZ5uX0hfna9JvqhvysCeVVno', /iterations/],
  ['$pbkdf2-md5$1000$eQ74$rjeZ5uX0hfna9JvqhvysCeVVno', /not a pbkdf2/],
  ['$scrypt$ln=24,r=64,p=1$EooHv/u2Gtgj0e6aJgIOlA$Acy5s4bdNIrGdMV2qYonAIDYIoSf0NLFoPIxZxIKxMg', /2 GiB/],
  ['$2b$31$WbJBMhO6gem6qkLQvbVcCuqUb14sjG8HxEjcGJkeaBVR6JSLFz7By', /cost/],
  ['$bcrypt-sha256$2b,10$DLCd3rJ6KSbz45sTkjKz/O$NlFYA7C88YIcRtqofPmFv25kr/W3tLG', /version 2/],
  ['$6$rounds=1$MmwLI5yP3TiMrYlL$aFTK', /not a sha512crypt/],
]

t.test('refused, with words that show nothing of the digest', async t => {
  for (const [encoded, message] of REFUSED) {
    t.throws(() => readDigest(encoded), { name: 'DigestError', message }, encoded)
    try {
      readDigest(encoded)
    } catch (error) {
      t.ok(error instanceof DigestError && !error.message.includes('hunter2'))
    }
  }
})
