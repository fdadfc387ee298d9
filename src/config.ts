import { isIP } from 'node:net'
import { z } from 'zod'
import { Mailbox } from './core/mailbox.ts'

const int = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

const secretKey = z
  .string()
  .refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    'must be 32 bytes in base64 (openssl rand -base64 32)',
  )
  .transform((text) => Buffer.from(text, 'base64'))

const isRange = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  const widest = version === 6 ? 128 : 32
  return (
    version !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
  )
}
const ranges = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim()))
  .refine((list) => list.every(isRange), 'must be addresses or ranges like 127.0.0.1,10.0.0.0/8')

/** One line per environment variable: its name, its rule, its default. */
const Environment = z
  .object({
    REDIS_URL: z
      .string()
      .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
      .default('redis://127.0.0.1:6379'),
    /** `host:port,host:port`; with REDIS_SENTINEL_NAME it takes the place of REDIS_URL. */
    REDIS_SENTINELS: z.string().optional(),
    REDIS_SENTINEL_NAME: z.string().default('mymaster'),
    /** `host:port,host:port`; takes the place of REDIS_URL. */
    REDIS_CLUSTER_NODES: z.string().optional(),
    RELAY_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, _ . - only')
      .default('relay'),
    /** Fixed for the life of an installation. */
    RELAY_SHARDS: int(1, 1, 1024),
    PORT: int(3000, 0, 65_535),
    HOST: z.string().default('0.0.0.0'),
    /** Reverse proxies whose word (X-Forwarded-For) for a caller's address is believed. */
    RELAY_TRUSTED_PROXIES: ranges.optional(),
    RELAY_CONFIG: z.string().optional(),
    RELAY_SECRET_KEY: secretKey,
    RELAY_API_KEY: z.string().min(6).optional(),
    RELAY_ADMIN_PASSWORD: z.string().min(8).optional(),
    RELAY_METRICS_TOKEN: z.string().min(6).optional(),
    SMARTBILL_BASE_URL: z.url().default('https://ws.smartbill.ro/SBORO/api'),
    SMARTBILL_TIMEOUT_MS: int(60_000, 100, 600_000),
    /** How long after a request it may still be carried out without our knowing. */
    SMARTBILL_GRACE_MS: int(300_000, 100, 3_600_000),
    /** How long SmartBill blocks a token that went over its limit. */
    SMARTBILL_BLOCK_MS: int(600_000, 100, 3_600_000),
    /** The limit: so many calls … */
    SMARTBILL_CALLS: int(30, 1, 10_000),
    /** … in any window of so many milliseconds. */
    SMARTBILL_WINDOW_MS: int(10_000, 100, 600_000),
    /** The public registers outside: companies at ANAF … */
    ANAF_BASE_URL: z.url().default('https://webservicesp.anaf.ro'),
    /** The National Bank's rates; the list of the last ten days, because a document takes the rate of the day before. */
    BNR_URL: z.url().default('https://www.bnr.ro/nbrfxrates10days.xml'),
    /** How long to wait for an answer of a register. */
    REGISTERS_TIMEOUT_MS: int(8000, 100, 60_000),
    /** Where people reach the web process, for links to documents: `https://relay.shop.ro`. */
    RELAY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** The mail server for documents sent by ourselves, where a shop has none of its own. */
    RELAY_SMTP_URL: Mailbox.shape.smtp.optional(),
    RELAY_SMTP_FROM: Mailbox.shape.from.optional(),
    /** The PDF of every document is put away in this folder … */
    RELAY_ARCHIVE_DIR: z.string().min(1).optional(),
    /** … or in a bucket of S3, or of a storage that speaks it. */
    RELAY_ARCHIVE_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    RELAY_ARCHIVE_S3_REGION: z.string().min(1).default('us-east-1'),
    RELAY_ARCHIVE_S3_BUCKET: z.string().min(1).optional(),
    RELAY_ARCHIVE_S3_ACCESS_KEY: z.string().min(1).optional(),
    RELAY_ARCHIVE_S3_SECRET_KEY: z.string().min(1).optional(),
    RELAY_CONCURRENCY: int(50, 1, 1000),
    /** How long running jobs may take to end once a worker is told to stop. */
    RELAY_STOP_MS: int(25_000, 100, 600_000),
    RELAY_RETENTION_DAYS: int(90, 1, 3650),
    /** For development: shop APIs and alert webhooks may be plain http and at private addresses. */
    RELAY_ALLOW_PRIVATE_URLS: z.stringbool().default(false),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info'),
  })
  .superRefine((given, context) => {
    for (const names of together) {
      const missing = names.filter((name) => given[name] === undefined)
      if (missing.length === names.length) continue
      for (const name of missing)
        context.addIssue({ code: 'custom', path: [name], message: `goes with ${names[0]}` })
    }
  })

type Environment = z.infer<typeof Environment>

/** What only makes sense together. */
const together: readonly (readonly (keyof Environment)[])[] = [
  ['RELAY_SMTP_URL', 'RELAY_SMTP_FROM'],
  [
    'RELAY_ARCHIVE_S3_ENDPOINT',
    'RELAY_ARCHIVE_S3_BUCKET',
    'RELAY_ARCHIVE_S3_ACCESS_KEY',
    'RELAY_ARCHIVE_S3_SECRET_KEY',
  ],
]

function archivePlace(e: Environment) {
  if (e.RELAY_ARCHIVE_S3_ENDPOINT !== undefined)
    return {
      kind: 's3' as const,
      endpoint: e.RELAY_ARCHIVE_S3_ENDPOINT,
      region: e.RELAY_ARCHIVE_S3_REGION,
      bucket: e.RELAY_ARCHIVE_S3_BUCKET ?? '',
      accessKey: e.RELAY_ARCHIVE_S3_ACCESS_KEY ?? '',
      secret: e.RELAY_ARCHIVE_S3_SECRET_KEY ?? '',
    }
  return e.RELAY_ARCHIVE_DIR === undefined
    ? undefined
    : { kind: 'disk' as const, dir: e.RELAY_ARCHIVE_DIR }
}

const endpoints = (list: string) =>
  list.split(',').map((item) => {
    const [host = '', port = '6379'] = item.trim().split(':')
    return { host, port: Number(port) }
  })

export type RedisTarget =
  | { kind: 'single'; url: string }
  | { kind: 'sentinel'; sentinels: { host: string; port: number }[]; name: string; url: string }
  | { kind: 'cluster'; nodes: { host: string; port: number }[]; url: string }

/** Environment → Config. Throws one error that lists every problem. The only reader of the environment. */
export function readConfig(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = Environment.safeParse(given)
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `  ${issue.path.join('.')}: ${problem(issue)}`,
    )
    throw new Error(`The environment has ${problems.length} problem(s):\n${problems.join('\n')}`)
  }
  const e = result.data
  const redis: RedisTarget = e.REDIS_CLUSTER_NODES
    ? { kind: 'cluster', nodes: endpoints(e.REDIS_CLUSTER_NODES), url: e.REDIS_URL }
    : e.REDIS_SENTINELS
      ? {
          kind: 'sentinel',
          sentinels: endpoints(e.REDIS_SENTINELS),
          name: e.REDIS_SENTINEL_NAME,
          url: e.REDIS_URL,
        }
      : { kind: 'single', url: e.REDIS_URL }
  return {
    redis,
    prefix: e.RELAY_PREFIX,
    shards: e.RELAY_SHARDS,
    port: e.PORT,
    host: e.HOST,
    trustedProxies: e.RELAY_TRUSTED_PROXIES ?? [],
    configFile: e.RELAY_CONFIG,
    secretKey: e.RELAY_SECRET_KEY,
    apiKey: e.RELAY_API_KEY,
    adminPassword: e.RELAY_ADMIN_PASSWORD,
    metricsToken: e.RELAY_METRICS_TOKEN,
    smartbill: {
      baseUrl: e.SMARTBILL_BASE_URL.replace(/\/$/, ''),
      timeoutMs: e.SMARTBILL_TIMEOUT_MS,
      graceMs: e.SMARTBILL_GRACE_MS,
      blockMs: e.SMARTBILL_BLOCK_MS,
      calls: e.SMARTBILL_CALLS,
      windowMs: e.SMARTBILL_WINDOW_MS,
    },
    registers: {
      anafBaseUrl: e.ANAF_BASE_URL.replace(/\/$/, ''),
      bnrUrl: e.BNR_URL,
      timeoutMs: e.REGISTERS_TIMEOUT_MS,
    },
    publicUrl: e.RELAY_PUBLIC_URL?.replace(/\/+$/, ''),
    mailbox:
      e.RELAY_SMTP_URL === undefined
        ? undefined
        : { smtp: e.RELAY_SMTP_URL, from: e.RELAY_SMTP_FROM ?? '' },
    archive: archivePlace(e),
    concurrency: e.RELAY_CONCURRENCY,
    stopMs: e.RELAY_STOP_MS,
    retentionDays: e.RELAY_RETENTION_DAYS,
    allowPrivateUrls: e.RELAY_ALLOW_PRIVATE_URLS,
    logLevel: e.LOG_LEVEL,
  }
}

export type Config = ReturnType<typeof readConfig>

const problem = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : issue.message
