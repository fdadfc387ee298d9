import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** AES-256-GCM: a sealed text is `v1.` and base64url of nonce, tag and cipher text. `name` is bound to it. */
export function createSealer(key: Buffer) {
  return {
    seal(plain: string, name: string): string {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed: string, name: string): string {
      const bytes = Buffer.from(sealed.slice(3), 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
          .setAAD(Buffer.from(name))
          .setAuthTag(bytes.subarray(12, 28))
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new Error(
          `${name} cannot be decrypted: RELAY_SECRET_KEY is not the one it was stored with`,
          { cause },
        )
      }
    },
  }
}
