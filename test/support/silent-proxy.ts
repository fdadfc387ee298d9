import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

type Target = { port: number; host?: string }
type Direction = 'both' | 'requests' | 'answers'

/** A TCP proxy that fails as networks do: by saying nothing, with the connection open. */
export async function startProxy(target: Target) {
  let held: Direction | undefined
  let refusing = false
  const pairs = new Set<{ client: Socket; upstream: Socket }>()

  const apply = ({ client, upstream }: { client: Socket; upstream: Socket }): void => {
    if (held === 'both' || held === 'requests') client.pause()
    else client.resume()
    if (held === 'both' || held === 'answers') upstream.pause()
    else upstream.resume()
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) {
      client.on('error', () => {}).resetAndDestroy()
      return
    }
    const upstream = connect({ host: '127.0.0.1', ...target, allowHalfOpen: true })
    const pair = { client, upstream }
    pairs.add(pair)
    forward(client, upstream)
    forward(upstream, client)
    client.on('close', () => pairs.delete(pair))
    apply(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')

  const cut = (): void => {
    refusing = true
    for (const { client, upstream } of pairs) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
  }

  return {
    port: address.port,
    /** How many connections are open. */
    connections: (): number => pairs.size,
    /** Connections open as before, and new ones too, but nothing comes through; `answers` lets the requests arrive. */
    silence(direction: Direction = 'both'): void {
      refusing = false
      held = direction
      pairs.forEach(apply)
    },
    /** Lets everything through again, first what was held back. */
    pass(): void {
      refusing = false
      held = undefined
      pairs.forEach(apply)
    },
    /** Resets every connection, what was held back is lost; new ones are reset too, until `pass` or `silence`. */
    cut,
    async [Symbol.asyncDispose](): Promise<void> {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

function forward(from: Socket, to: Socket): void {
  from.on('data', (chunk) => to.write(chunk))
  from.on('end', () => to.end())
  from.on('error', () => to.resetAndDestroy())
  from.on('close', () => to.destroySoon())
}
