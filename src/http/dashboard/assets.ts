import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'

const require = createRequire(import.meta.url)
const here = (name: string) => new URL(`./${name}`, import.meta.url)

const files = {
  'dashboard.css': { type: 'text/css; charset=utf-8', from: here('dashboard.css') },
  'dashboard.js': { type: 'text/javascript; charset=utf-8', from: here('dashboard.js') },
  'live.js': { type: 'text/javascript; charset=utf-8', from: here('live.js') },
  'charts.js': { type: 'text/javascript; charset=utf-8', from: here('charts.js') },
  'uplot.js': {
    type: 'text/javascript; charset=utf-8',
    from: require.resolve('uplot/dist/uPlot.iife.min.js'),
  },
  'uplot.css': {
    type: 'text/css; charset=utf-8',
    from: require.resolve('uplot/dist/uPlot.min.css'),
  },
  'htmx.js': {
    type: 'text/javascript; charset=utf-8',
    from: require.resolve('htmx.org/dist/htmx.min.js'),
  },
  'icon.svg': { type: 'image/svg+xml', from: here('icon.svg') },
}

type AssetName = keyof typeof files

/** The few static files. Their addresses carry a hash of the content, so that they may be kept for ever. */
export const assets = Object.fromEntries(
  Object.entries(files).map(([name, { type, from }]) => {
    const bytes = readFileSync(from)
    const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 10)
    return [name, { type, bytes, path: `/assets/${hash}/${name}` }]
  }),
) as Record<AssetName, { type: string; bytes: Buffer; path: string }>

export function serveAssets(server: FastifyInstance): void {
  for (const { path, type, bytes } of Object.values(assets)) {
    server.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(bytes),
    )
  }
}
