import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** scrypt with N = 2^15, r = 8, p = 1: 32 MB and some tens of milliseconds for each guess. */
const LOG_N = 15
const BLOCK = 8
const BYTES = 32

const derive = (password: string, salt: Buffer, logN: number, block: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** logN, r: block, p: 1, maxmem: 256 * 2 ** logN * block }
    scrypt(password.normalize('NFC'), salt, BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })

/** `scrypt$logN$r$salt$key`: its own cost is part of it, so that a later rise leaves old ones valid. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, LOG_N, BLOCK)
  return ['scrypt', LOG_N, BLOCK, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Takes as long for a user that does not exist (`stored` is empty) as for one that does. */
export async function passwordFits(password: string, stored: string): Promise<boolean> {
  const [kind, logN = '', block = '', salt = '', key = ''] = stored.split('$')
  if (kind !== 'scrypt') {
    await derive(password, Buffer.alloc(16), LOG_N, BLOCK)
    return false
  }
  const wanted = Buffer.from(key, 'base64url')
  const got = await derive(password, Buffer.from(salt, 'base64url'), Number(logN), Number(block))
  return wanted.length === got.length && timingSafeEqual(wanted, got)
}
