/** Invented goods: prices as the buyer sees them, VAT included; food bears the reduced rate. */
export type Goods = {
  sku: string
  name: string
  unit: string
  price: string
  rate: '21' | '11'
}

export const goods: readonly Goods[] = [
  {
    sku: 'TRI-BBC-M',
    name: 'Tricou din bumbac, mărimea M',
    unit: 'buc',
    price: '60.50',
    rate: '21',
  },
  { sku: 'PAT-LN-160', name: 'Pătură de lână 160×200', unit: 'buc', price: '249.90', rate: '21' },
  { sku: 'CAN-EM-04', name: 'Cană emailată „Ștefan”', unit: 'buc', price: '35.00', rate: '21' },
  { sku: 'LMP-BIR-1', name: 'Lampă de birou cu braț', unit: 'buc', price: '242.00', rate: '21' },
  { sku: 'RUC-40', name: 'Rucsac de munte 40 l', unit: 'buc', price: '319.99', rate: '21' },
  { sku: 'BEC-LED-9', name: 'Bec LED 9 W', unit: 'buc', price: '12.10', rate: '21' },
  { sku: 'SOS-3', name: 'Șosete groase, trei perechi', unit: 'set', price: '44.97', rate: '21' },
  { sku: 'CBL-15', name: 'Cablu electric 3×1,5', unit: 'm', price: '6.53', rate: '21' },
]
export const food: readonly Goods[] = [
  { sku: 'MIE-SLC-400', name: 'Miere de salcâm 400 g', unit: 'buc', price: '42.00', rate: '11' },
  { sku: 'CAF-BOB-1', name: 'Cafea boabe 1 kg', unit: 'pachet', price: '88.80', rate: '11' },
  { sku: 'ZAC-VNT', name: 'Zacuscă de vinete', unit: 'buc', price: '19.49', rate: '11' },
  {
    sku: 'BRZ-BRD',
    name: 'Brânză de burduf în coajă de brad',
    unit: 'kg',
    price: '74.33',
    rate: '11',
  },
  { sku: 'DUL-CIR', name: 'Dulceață de cireșe amare', unit: 'buc', price: '24.75', rate: '11' },
]
