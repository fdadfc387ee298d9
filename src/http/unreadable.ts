import type { Socket } from 'node:net'

const answers: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Adresa sau antetele cererii sunt prea lungi. Căutați un text mai scurt (cel mult 200 de caractere).\nThe address or the headers of this request are too long. Search for a shorter text (at most 200 characters).\n',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    'Cererea nu a sosit la timp. Trimiteți-o din nou.\nThe request did not arrive in time. Send it again.\n',
  ],
}
const reasons: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** Answers what cannot even be read as a request, and hangs up. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, text] = answers[error.code ?? ''] ?? [
    400,
    'Cererea nu poate fi citită.\nThe request cannot be read.\n',
  ]
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${reasons[status]}`,
        'content-type: text/plain; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        'connection: close',
        '',
        text,
      ].join('\r\n'),
    )
  }
  socket.destroySoon()
}
