// Comfort only: every page works without it.
document.addEventListener('submit', (event) => {
  // A second press of a button that is already at work does nothing. Once the form is on its way, not before:
  // a disabled button is not sent with its form.
  const form = event.target
  setTimeout(() => {
    for (const button of form.querySelectorAll('button:not([type="button"])')) {
      button.disabled = true
      button.setAttribute('aria-busy', 'true')
    }
  })
})

// Coming back to a page from the browser's memory must not find its buttons dead.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button[aria-busy]')) {
    button.disabled = false
    button.removeAttribute('aria-busy')
  }
})

document.addEventListener('change', (event) => {
  const all = event.target
  if (!all.matches?.('[data-selects]')) return
  for (const box of document.querySelectorAll(`input[name="${all.dataset.selects}"]`)) {
    if (box.dataset.group === all.dataset.group) box.checked = all.checked
  }
})

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copies]')
  if (!button) return
  const from = document.getElementById(button.dataset.copies)
  navigator.clipboard?.writeText(from.textContent ?? '').then(
    () => (button.textContent = button.dataset.done),
    () => getSelection()?.selectAllChildren(from),
  )
})

// What was typed into a step of the setup and not sent yet is there again after going back and forth; passwords are not.
for (const form of document.querySelectorAll('form[data-keeps]')) {
  const name = `typed ${location.pathname}`
  const fields = () =>
    [...form.elements].filter(
      ({ name, type }) => name && !['hidden', 'password', 'submit'].includes(type),
    )
  const known = JSON.parse(sessionStorage.getItem(name) ?? 'null')
  // After a refusal the page itself brings what was typed.
  if (known && !form.querySelector('.error') && !document.querySelector('.setup .notice.bad')) {
    for (const [i, field] of fields().entries()) {
      const was = known[i]
      if (was?.[0] !== field.name) continue
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = was[1]
      else field.value = was[1]
    }
  }
  form.addEventListener('input', () => {
    const typed = fields().map((field) => [
      field.name,
      field.type === 'checkbox' || field.type === 'radio' ? field.checked : field.value,
    ])
    sessionStorage.setItem(name, JSON.stringify(typed))
  })
  form.addEventListener('submit', () => sessionStorage.removeItem(name))
}

// A file that was chosen is put into the field that is sent.
document.addEventListener('change', (event) => {
  const chooser = event.target
  const field = chooser.dataset?.fills && chooser.form?.elements[chooser.dataset.fills]
  if (!field || !chooser.files?.[0]) return
  chooser.files[0].text().then((text) => (field.value = text))
})
