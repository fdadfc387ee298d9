// Invented buyers. Names and places are spelled the way Romanian buyers spell them, which is not always the same way.

export const firstNames = [
  'Andrei',
  'Ștefan',
  'Ioana',
  'Mădălina',
  'Răzvan',
  'Cătălin',
  'Țvetana',
  'Lăcrămioara',
  'Mihai',
  'Ana-Maria',
  'Bogdan',
  'Sânziana',
  'Gheorghe',
  'Ilinca',
  'Șerban',
  'Crină',
]
export const lastNames = [
  'Popescu',
  'Ionescu',
  'Țepeluș',
  'Brătășanu',
  'Mureșan',
  'Crăciun',
  'Nistor',
  'Pârvulescu',
  'Șoimu',
  'Dănăilă',
  'Olteanu',
  'Înțeleptu',
  'Văcaru',
  'Rusu',
  'Gârbea',
  'Lupașcu',
]

export type Place = { city: string; county: string; code: string; street: string; postcode: string }

export const places: readonly Place[] = [
  { city: 'Brașov', county: 'Brașov', code: 'BV', street: 'Str. Castelului', postcode: '500014' },
  { city: 'Cluj-Napoca', county: 'Cluj', code: 'CJ', street: 'Calea Moților', postcode: '400001' },
  { city: 'Iași', county: 'Iași', code: 'IS', street: 'Bd. Carol I', postcode: '700506' },
  { city: 'Timișoara', county: 'Timiș', code: 'TM', street: 'Str. Mărășești', postcode: '300080' },
  { city: 'Constanța', county: 'Constanța', code: 'CT', street: 'Bd. Tomis', postcode: '900178' },
  { city: 'Târgu Mureș', county: 'Mureș', code: 'MS', street: 'Str. Livezeni', postcode: '540472' },
  { city: 'Sânpetru', county: 'Brasov', code: 'BV', street: 'Str. Republicii', postcode: '507190' },
  {
    city: 'Râmnicu Vâlcea',
    county: 'Vâlcea',
    code: 'VL',
    street: 'Aleea Castanilor',
    postcode: '240003',
  },
  {
    city: 'București',
    county: 'București',
    code: 'B',
    street: 'Str. Popa Savu, Sector 1',
    postcode: '011431',
  },
  { city: 'Sector 3', county: 'Bucuresti', code: 'B', street: 'Bd. Unirii', postcode: '030167' },
  {
    city: 'Bucuresti Sectorul 6',
    county: 'Municipiul București',
    code: 'B',
    street: 'Bd. Timișoara',
    postcode: '061334',
  },
  {
    city: 'Sibiu',
    county: 'Sibiu',
    code: 'SB',
    street: 'Str. Nicolae Bălcescu',
    postcode: '550159',
  },
]

export const companies = [
  'Atelierul de Lână SRL',
  'Pensiunea Trei Stejari SRL',
  'Brutăria din Șchei SRL',
  'Nord Mobilă & Fii SRL',
  'Grădina Însorită SRL',
  'Tipografia Țicău SA',
  'Cabana Piatra Șoimului SRL',
  'Croitoria Ață și Ac SRL',
]
