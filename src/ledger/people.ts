import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { LedgerKeys } from './keys.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import type { Connection } from './scripts.ts'
import type { createSealer } from './secrets.ts'

/** What a person may do; each role may do what the ones before it may. */
const roles = ['viewer', 'operator', 'admin'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

const UserName = z.string().regex(/^[a-z0-9][a-z0-9._@-]{1,62}$/)

const StoredUser = z.object({
  name: UserName,
  role: Role,
  /** Empty until the invitation is accepted. */
  password: z.string(),
  disabled: z.boolean(),
  createdAt: z.number(),
  /** Changes with the password: sessions of an earlier one end. */
  epoch: z.string(),
  invite: z.object({ hash: z.string(), until: z.number() }).optional(),
  /** The password of the environment that was last applied. */
  seed: z.string().optional(),
})
type StoredUser = z.infer<typeof StoredUser>

export type User = {
  name: string
  role: Role
  disabled: boolean
  createdAt: number
  /** Until when an invitation waits to be accepted; undefined when none does. */
  invitedUntil: number | undefined
}

export type Session = { id: string; user: string; role: Role; csrf: string }

export type AuditEntry = {
  who: string
  /** Where the request came from. */
  from: string
  did: string
  about: string
  before?: object
  after?: object
}

const IDLE_S = 12 * 3600
const SESSION_MS = 7 * 86_400_000
const TOUCH_MS = 300_000
const INVITE_MS = 7 * 86_400_000
/** Failed logins are counted over this time; who has too many waits it out. */
const FAILURES_S = 900
const MAX_FAILURES = { pair: 5, address: 40, name: 60 }
const AUDIT_LENGTH = 200_000
const AUDIT_SLICE = 500
const AUDIT_LOOKED = 5000
const ONCE_S = 3600

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const secret = (): string => randomBytes(24).toString('base64url')

/** People who use the dashboard: users, their sessions, and the record of what they did. */
export function createPeople(
  redis: Connection,
  keys: LedgerKeys['people'],
  sealer: ReturnType<typeof createSealer>,
  now: () => number,
) {
  async function find(name: string): Promise<StoredUser | undefined> {
    const text = await redis.hget(keys.users, name)
    return text === null ? undefined : StoredUser.parse(JSON.parse(text))
  }
  const save = (user: StoredUser) => redis.hset(keys.users, user.name, JSON.stringify(user))
  const shown = ({ name, role, disabled, createdAt, invite }: StoredUser): User => ({
    name,
    role,
    disabled,
    createdAt,
    invitedUntil: invite === undefined || invite.until < now() ? undefined : invite.until,
  })

  async function openSession(user: StoredUser): Promise<Session> {
    const id = secret()
    const csrf = secret()
    const key = keys.session(hash(id))
    await redis
      .multi()
      .hset(key, { user: user.name, epoch: user.epoch, csrf, at: now(), seen: now() })
      .expire(key, IDLE_S)
      .exec()
    return { id, user: user.name, role: user.role, csrf }
  }

  /** Counts an attempt before it is made, so that a thousand at once are a thousand. Answers ms to wait, or 0. */
  async function countAttempt(name: string, address: string): Promise<number> {
    const waits = await Promise.all(
      counters(name, address).map(async ([about, most]) => {
        const key = keys.failures(hash(about))
        const count = await redis.incr(key)
        // Also a counter that came to have no end by some accident gets one.
        const leftMs = await redis.pttl(key)
        if (leftMs < 0) await redis.expire(key, FAILURES_S)
        return count > most ? Math.max(1000, leftMs) : 0
      }),
    )
    return Math.max(...waits)
  }
  async function forgive(name: string, address: string): Promise<void> {
    const [pair, ...others] = counters(name, address)
    await redis.del(keys.failures(hash(pair[0])))
    for (const [about] of others) {
      const key = keys.failures(hash(about))
      if ((await redis.decr(key)) <= 0) await redis.del(key)
    }
  }
  const counters = (name: string, address: string): [[string, number], ...[string, number][]] => [
    [`pair ${name} ${address}`, MAX_FAILURES.pair],
    [`address ${address}`, MAX_FAILURES.address],
    [`name ${name}`, MAX_FAILURES.name],
  ]

  async function activeAdmins(except: string): Promise<number> {
    const all = (await redis.hvals(keys.users)).map((text) => StoredUser.parse(JSON.parse(text)))
    return all.filter(
      ({ name, role, disabled, password }) =>
        name !== except && role === 'admin' && !disabled && password !== '',
    ).length
  }

  /** Changes a user unless that would leave nobody who can administer. */
  async function change(
    name: string,
    how: Partial<Pick<StoredUser, 'role' | 'disabled'>>,
  ): Promise<'changed' | 'unknown' | 'last-admin'> {
    const user = await find(name)
    if (user === undefined) return 'unknown'
    const changed = { ...user, ...how }
    const stays = changed.role === 'admin' && !changed.disabled
    if (!stays && user.role === 'admin' && (await activeAdmins(name)) === 0) return 'last-admin'
    await save(changed)
    return 'changed'
  }

  return {
    /**
     * The first user, `admin`, from the environment. Changing the password there gives `admin` the new one at the next
     * start, which is the way back in for whoever is locked out.
     */
    async seedAdmin(password: string | undefined): Promise<void> {
      if (password === undefined) return
      const known = await find('admin')
      if (known?.seed !== undefined && (await passwordFits(password, known.seed))) return
      const hashed = await hashPassword(password)
      const user: StoredUser = {
        name: 'admin',
        role: 'admin',
        password: hashed,
        seed: hashed,
        disabled: false,
        createdAt: known?.createdAt ?? now(),
        epoch: secret(),
      }
      if (known === undefined) await redis.hsetnx(keys.users, user.name, JSON.stringify(user))
      else await save(user)
    },

    async anybody(): Promise<boolean> {
      return (await redis.hlen(keys.users)) > 0
    },

    async users(): Promise<User[]> {
      const all = (await redis.hvals(keys.users)).map((text) => StoredUser.parse(JSON.parse(text)))
      return all.map(shown).toSorted((a, b) => a.name.localeCompare(b.name))
    },

    /** `locked`: too many failures; the password is not even looked at. */
    async signIn(
      name: string,
      password: string,
      address: string,
    ): Promise<
      | { status: 'ok'; session: Session }
      | { status: 'refused' }
      | { status: 'locked'; waitMs: number }
    > {
      const waitMs = await countAttempt(name, address)
      if (waitMs > 0) return { status: 'locked', waitMs }
      const user = UserName.safeParse(name).success ? await find(name) : undefined
      const fits = await passwordFits(password, user?.password ?? '')
      if (user === undefined || !fits || user.disabled) return { status: 'refused' }
      await forgive(name, address)
      return { status: 'ok', session: await openSession(user) }
    },

    /** The session of this id, with the role as it is now. `quiet` looks do not keep it alive. */
    async session(id: string, quiet: boolean): Promise<Session | undefined> {
      const key = keys.session(hash(id))
      const { user: name = '', epoch, csrf = '', at, seen } = await redis.hgetall(key)
      if (name === '' || now() - Number(at) > SESSION_MS) return undefined
      const user = await find(name)
      if (user === undefined || user.disabled || user.epoch !== epoch) return undefined
      if (!quiet && now() - Number(seen) > TOUCH_MS) {
        await redis.multi().hset(key, 'seen', now()).expire(key, IDLE_S).exec()
      }
      return { id, user: name, role: user.role, csrf }
    },

    async signOut(id: string): Promise<void> {
      await redis.del(keys.session(hash(id)))
    },

    /** Leaves a message for the session's next page, sealed because it may hold a secret that is shown only once. */
    async leaveNotice(session: Session, notice: unknown): Promise<void> {
      const key = keys.session(hash(session.id))
      if ((await redis.exists(key)) === 0) return
      await redis.hset(key, 'notice', sealer.seal(JSON.stringify(notice), 'notice'))
    },
    async takeNotice(session: Session): Promise<unknown> {
      const key = keys.session(hash(session.id))
      const sealed = await redis.hget(key, 'notice')
      if (sealed === null) return undefined
      await redis.hdel(key, 'notice')
      return JSON.parse(sealer.open(sealed, 'notice'))
    },

    /** Keeps a secret with the session, sealed: a page may show it again to who has just made it, and to nobody else. */
    async keepSecret(session: Session, name: string, value: string): Promise<void> {
      const key = keys.session(hash(session.id))
      if ((await redis.exists(key)) === 0) return
      await redis.hset(key, `kept ${name}`, sealer.seal(value, `kept ${name}`))
    },
    async keptSecret(session: Session, name: string): Promise<string | undefined> {
      const sealed = await redis.hget(keys.session(hash(session.id)), `kept ${name}`)
      return sealed === null ? undefined : sealer.open(sealed, `kept ${name}`)
    },

    /** A new user, or a new invitation for one: the token is in no other place and works once, for a week. */
    async invite(
      name: string,
      role: Role,
    ): Promise<{ status: 'invited'; token: string } | { status: 'taken' }> {
      const token = secret()
      const invite = { hash: hash(token), until: now() + INVITE_MS }
      const user: StoredUser = {
        name,
        role,
        password: '',
        disabled: false,
        createdAt: now(),
        epoch: secret(),
        invite,
      }
      if ((await redis.hsetnx(keys.users, name, JSON.stringify(user))) === 0)
        return { status: 'taken' }
      return { status: 'invited', token: `${name}.${token}` }
    },
    /** A new link for somebody who lost the first one or the password; sessions end when it is used. */
    async inviteAgain(name: string): Promise<string | undefined> {
      const user = await find(name)
      if (user === undefined) return undefined
      const token = secret()
      await save({ ...user, invite: { hash: hash(token), until: now() + INVITE_MS } })
      return `${name}.${token}`
    },
    /** Whose invitation this is, as long as it holds. */
    async invited(token: string): Promise<User | undefined> {
      const user = await byInvite(token)
      return user === undefined ? undefined : shown(user)
    },
    async acceptInvite(token: string, password: string): Promise<Session | undefined> {
      const user = await byInvite(token)
      if (user === undefined) return undefined
      const { invite: _used, ...rest } = user
      const accepted = { ...rest, password: await hashPassword(password), epoch: secret() }
      await save(accepted)
      return openSession(accepted)
    },

    /**
     * A person's own new password, for who knows the present one; guesses count as failed logins. All other sessions
     * end, and the answer is a new one.
     */
    async changePassword(
      name: string,
      present: string,
      wanted: string,
      address: string,
    ): Promise<
      | { status: 'changed'; session: Session }
      | { status: 'refused' }
      | { status: 'locked'; waitMs: number }
    > {
      const waitMs = await countAttempt(name, address)
      if (waitMs > 0) return { status: 'locked', waitMs }
      const user = await find(name)
      if (user === undefined || !(await passwordFits(present, user.password)))
        return { status: 'refused' }
      await forgive(name, address)
      const changed = { ...user, password: await hashPassword(wanted), epoch: secret() }
      await save(changed)
      return { status: 'changed', session: await openSession(changed) }
    },

    setRole: (name: string, role: Role) => change(name, { role }),
    setDisabled: (name: string, disabled: boolean) => change(name, { disabled }),

    /** Puts on record what a person did; the newest two hundred thousand entries are kept. */
    async record(entry: AuditEntry): Promise<void> {
      const { before, after, ...rest } = entry
      await redis.xadd(
        keys.audit,
        'MAXLEN',
        '~',
        AUDIT_LENGTH,
        '*',
        'd',
        JSON.stringify({ ...rest, before, after }),
      )
    },
    /** What people did, newest first; `before` is the id of the last entry that was seen. */
    async audit(limit: number, before?: string) {
      const from = before === undefined ? '+' : `(${before}`
      const found = await redis.xrevrange(keys.audit, from, '-', 'COUNT', limit)
      return found.map(([id, [, text = '{}']]) => ({
        id,
        at: Number(id.split('-')[0]),
        ...Recorded.parse(JSON.parse(text)),
      }))
    },

    /**
     * The newest entries that fit, at most `limit`; at most five thousand are looked at in one go, and `next` is where
     * to go on.
     */
    async auditWhere(
      fits: (entry: Pick<AuditEntry, 'who' | 'did'>) => boolean,
      limit: number,
      range: { before?: string | undefined; from?: number | undefined; to?: number | undefined },
    ) {
      type Entry = Awaited<ReturnType<typeof read>>[number]
      const read = async (before: string) =>
        (await redis.xrevrange(keys.audit, before, range.from ?? '-', 'COUNT', AUDIT_SLICE)).map(
          ([id, [, text = '{}']]) => ({
            id,
            at: Number(id.split('-')[0]),
            ...Recorded.parse(JSON.parse(text)),
          }),
        )
      const found: Entry[] = []
      let before =
        range.before !== undefined
          ? `(${range.before}`
          : range.to === undefined
            ? '+'
            : `(${range.to}`
      for (let looked = 0; looked < AUDIT_LOOKED;) {
        const slice = await read(before)
        for (const entry of slice) {
          looked++
          if (fits(entry)) found.push(entry)
          if (found.length === limit) return { entries: found, next: entry.id, looked }
        }
        const last = slice.at(-1)
        if (last === undefined || slice.length < AUDIT_SLICE) return { entries: found, looked }
        before = `(${last.id}`
        if (looked >= AUDIT_LOOKED) return { entries: found, next: last.id, looked }
      }
      return { entries: found, looked: 0 }
    },

    /**
     * Lets one of several equal requests through: a button pressed twice acts once. The others are told what came of
     * it, or undefined while it is still at work.
     */
    async once(
      token: string,
    ): Promise<{ first: true } | { first: false; outcome: string | undefined }> {
      const key = keys.once(hash(token))
      if ((await redis.set(key, '', 'EX', ONCE_S, 'NX')) !== null) return { first: true }
      const outcome = await redis.get(key)
      return { first: false, outcome: outcome === null || outcome === '' ? undefined : outcome }
    },
    finishOnce: (token: string, outcome: string) =>
      redis.set(keys.once(hash(token)), outcome, 'EX', ONCE_S),
    forgetOnce: (token: string) => redis.del(keys.once(hash(token))),
  }

  async function byInvite(token: string): Promise<StoredUser | undefined> {
    const at = token.lastIndexOf('.')
    const user = at < 0 ? undefined : await find(token.slice(0, at))
    if (user?.invite === undefined || user.disabled || user.invite.until < now()) return undefined
    return user.invite.hash === hash(token.slice(at + 1)) ? user : undefined
  }
}

const Recorded = z.object({
  who: z.string(),
  from: z.string(),
  did: z.string(),
  about: z.string(),
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
})
