/** What the form says of the reconciliation, and of its settings. */
export const reconciliationSection = {
  title: { ro: 'Reconciliere', en: 'Reconciliation' },
  lead: {
    ro: 'Verificarea zilnică a comenzilor față de documente, încasări și restituiri.',
    en: 'The daily check of orders against documents, collections and refunds.',
  },
}

export const reconciliationSettingTexts = {
  reconcile: {
    name: { ro: 'Reconcilierea de noapte', en: 'Nightly reconciliation' },
    hint: {
      ro: 'În fiecare noapte ziua trecută este verificată: comenzi, documente, încasări, restituiri. Citirile din SmartBill folosesc doar apelurile pe care documentele le lasă libere.',
      en: 'Every night the day before is checked: orders, documents, collections, refunds. Reads at SmartBill use only the calls that documents leave free.',
    },
    options: {
      off: { ro: 'oprită', en: 'off' },
      ledger: { ro: 'numai ce știe acest program', en: 'only what this program knows' },
      smartbill: {
        ro: 'și ce are SmartBill acum (șters, anulat sau modificat manual)',
        en: 'also what SmartBill has now (deleted, cancelled or changed by hand)',
      },
    },
  },
  foreignNumbers: {
    name: { ro: 'Numere străine în serie', en: 'Foreign numbers in the series' },
    hint: {
      ro: 'Alegeți „ignoră” dacă și alții emit în aceeași serie.',
      en: 'Choose "ignore" where others issue in the same series too.',
    },
    options: {
      report: { ro: 'semnalează', en: 'report' },
      ignore: { ro: 'ignoră', en: 'ignore' },
    },
  },
}
