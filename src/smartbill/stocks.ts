import { z } from 'zod'
import { TransientError } from '../core/errors.ts'
import type { Account } from '../core/settings.ts'
import { quantityOf, type StockItem } from '../core/stock.ts'
import type { CivilDate } from '../core/time.ts'
import type { Client } from './client.ts'

const words = z
  .union([z.string(), z.number(), z.null()])
  .transform((value) => (value === null ? '' : String(value).trim()))
  .default('')
/** GET /stocks */
const StockList = z.looseObject({
  list: z.array(
    z.looseObject({
      warehouse: z.looseObject({ warehouseName: words }),
      products: z.array(
        z.looseObject({
          productName: words,
          productCode: words,
          measuringUnit: words,
          quantity: z.union([z.string(), z.number()]),
        }),
      ),
    }),
  ),
})

/** What is in the warehouses. Look-ups of low priority: documents and payments come first. */
export function createStockCalls(client: Client) {
  return {
    async stock(account: Account, day: CivilDate): Promise<StockItem[]> {
      const answer = await client.read(
        account,
        {
          path: '/stocks',
          query: {
            cif: account.cif,
            date: day,
            warehouseName: '',
            productName: '',
            productCode: '',
          },
        },
        'low',
      )
      const list = answer.shape === 'envelope' ? StockList.safeParse(answer.body).data?.list : null
      if (list == null) throw new TransientError('GET /stocks answered without a list')
      return list.flatMap(({ warehouse, products }) =>
        products.flatMap((product) => {
          const quantity = quantityOf(product.quantity)
          return quantity === null
            ? []
            : [
                {
                  warehouse: warehouse.warehouseName,
                  code: product.productCode,
                  name: product.productName,
                  unit: product.measuringUnit,
                  quantity,
                },
              ]
        }),
      )
    },
  }
}
