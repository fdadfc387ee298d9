import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Answer } from './answers.ts'
import { halfOf, type Outcome } from './outcomes.ts'

type Headers = Record<string, string | number>

export function sendAnswer(
  response: ServerResponse,
  { status, type, body, headers }: Answer,
  more: Headers = {},
): void {
  response.writeHead(status, {
    ...more,
    ...headers,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** Ends a call: with an answer, half of one, or by what happens to the socket. A silent one goes to `hold`. */
export function conclude(
  outcome: Outcome,
  socket: Socket,
  response: ServerResponse,
  headers: Headers,
  hold: (socket: Socket) => void,
): void {
  switch (outcome.kind) {
    case 'answer':
      sendAnswer(response, outcome.answer, headers)
      return
    case 'half': {
      const { status, type, body } = outcome.answer
      const length = Buffer.byteLength(body)
      response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': length })
      response.write(halfOf(body), () => socket.destroy())
      return
    }
    case 'silence':
      hold(socket)
      return
    case 'reset':
      socket.resetAndDestroy()
      return
    case 'close':
      socket.destroy()
      return
  }
}
