// Dialogs, menus, toasts, copying: small things that open and close.
function openDialog(event) {
  const opener = event.target.closest("[data-open-dialog]");
  if (!opener) return;
  const dialog = document.getElementById(opener.dataset.openDialog);
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

function closeMenus(event) {
  document.querySelectorAll("details.cf-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

function escape(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.cf-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
}

export function startOverlays() {
  document.addEventListener("click", openDialog);
  document.addEventListener("click", closeMenus);
  document.addEventListener("click", copy);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    event.target.closest("[data-close]")?.closest(".cf-toast, dialog")?.remove?.();
  });
  document.addEventListener("keydown", escape);
  document.querySelectorAll("[role='status'].cf-toast").forEach((toast) => setTimeout(() => toast.remove(), 6000));
}
