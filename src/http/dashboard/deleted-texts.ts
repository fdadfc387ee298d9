/** A document that is no longer at SmartBill. */
export const deletedTexts = {
  docDeleted: {
    ro: 'Documentul a fost șters în SmartBill, iar numărul lui poate fi dat altui document. De aceea linkul lui nu mai arată nimic și nu se mai trimite; dacă este nevoie de el, emiteți unul nou.',
    en: 'The document was deleted in SmartBill, and its number may be used again by another one. So its link shows nothing any more and it is not sent; issue a new one if it is needed.',
  },
  docBeingDeleted: {
    ro: 'Documentul se șterge în SmartBill. Până se știe rezultatul, linkul lui nu arată nimic și nu se trimite.',
    en: 'The document is being deleted in SmartBill. Until the outcome is known its link shows nothing and it is not sent.',
  },
  tlNumberFree: {
    ro: (name: string) => `Șters în SmartBill; numărul ${name} poate fi folosit din nou.`,
    en: (name: string) => `Deleted in SmartBill; number ${name} may be used again.`,
  },
} as const
