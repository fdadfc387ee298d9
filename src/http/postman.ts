import { z } from 'zod'

const Operation = z.looseObject({
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).default(['Other']),
  security: z.array(z.record(z.string(), z.unknown())).default([]),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
  requestBody: z
    .looseObject({
      content: z.record(z.string(), z.looseObject({ example: z.unknown().optional() })),
    })
    .optional(),
})
const Api = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})

/** The same routes as in /openapi.json as a Postman collection (format v2.1), with variables for address and keys. */
export function postmanCollection(openapi: unknown): object {
  const { info, paths } = Api.parse(openapi)
  const folders = new Map<string, object[]>()
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const folder = operation.tags[0] ?? 'Other'
      folders.set(folder, [...(folders.get(folder) ?? []), requestOf(path, method, operation)])
    }
  }
  return {
    info: {
      name: `${info.title} ${info.version}`,
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [
      { key: 'relay', value: 'http://127.0.0.1:3000' },
      { key: 'apiKey', value: '' },
      { key: 'shopSecret', value: '' },
    ],
    item: [...folders].map(([name, item]) => ({ name, item })),
  }
}

function requestOf(path: string, method: string, operation: z.infer<typeof Operation>): object {
  const segments = path.split('/').filter(Boolean)
  const query = operation.parameters.filter((one) => one.in === 'query')
  const scheme = Object.keys(operation.security[0] ?? {})[0]
  const body = operation.requestBody?.content['application/json']
  return {
    name: operation.summary ?? `${method.toUpperCase()} ${path}`,
    request: {
      method: method.toUpperCase(),
      ...(operation.description === undefined ? {} : { description: operation.description }),
      ...(scheme === undefined
        ? {}
        : {
            auth: {
              type: 'bearer',
              bearer: [{ key: 'token', value: `{{${scheme}}}`, type: 'string' }],
            },
          }),
      url: {
        raw: `{{relay}}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        host: ['{{relay}}'],
        path: segments.map((segment) => segment.replace(/^\{(\w+)\}$/, ':$1')),
        variable: segments.flatMap((segment) => {
          const name = /^\{(\w+)\}$/.exec(segment)?.[1]
          return name === undefined ? [] : [{ key: name, value: '' }]
        }),
        query: query.map(({ name }) => ({ key: name, value: '', disabled: true })),
      },
      ...(body === undefined
        ? {}
        : {
            header: [{ key: 'Content-Type', value: 'application/json' }],
            body: { mode: 'raw', raw: JSON.stringify(body.example ?? {}, null, 2) },
          }),
    },
  }
}
