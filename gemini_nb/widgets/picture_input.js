// A button on which a picture is chosen or pasted; dropped it can be anywhere in the cell's output.
// It also helps ipywidgets' controls there: "dd" typed on a list would delete the cell, and
// Ctrl+Enter in a field clicks the nearest button of the class "gnb-run".

const MOST = 8_000_000; // bytes: Jupyter's server closes the connection at a message of 10 MB

function render({ model, el }) {
  const tags = ["div", "button", "input", "span"];
  const [root, button, input, told] = tags.map((tag) => document.createElement(tag));
  el.append(root);
  root.append(button, input, told);
  window.Jupyter?.keyboard_manager?.register_events(root); // the classic notebook's shortcuts
  button.className = "jupyter-widgets jupyter-button widget-button"; // ipywidgets' own look
  button.style.cssText = "width:auto;border:1px dashed rgba(127,127,127,.8)";
  button.textContent = model.get("label");
  button.title = "Choose a picture, or drop or paste one here";
  Object.assign(input, { type: "file", accept: "image/*", hidden: true });
  input.multiple = model.get("several");
  told.setAttribute("role", "status");

  const send = async (files) => {
    const taken = input.multiple ? files : files.slice(0, 1);
    const problems = files.length ? [] : ["That is no file of a picture."];
    if (taken.length < files.length) problems.push(`Took one of ${files.length}.`);
    for (const file of taken) {
      const data = file.size > MOST ? null : await file.arrayBuffer().catch(() => null);
      if (data) model.send({ name: file.name }, undefined, [data]);
      else problems.push(`${file.name} is over 8 MB, or can't be read: give it in Python.`);
    }
    told.textContent = problems.join(" ");
  };
  const place = () => el.closest(".jp-OutputArea-output, #output-area") ?? el; // Colab's the second
  const heard = (event, isOver) => {
    if (!event.dataTransfer.types.includes("Files")) return; // words may go to a field
    event.preventDefault(); // or the browser opens the file in place of the notebook
    event.stopPropagation();
    place().style.outline = isOver ? "2px solid #0072b2" : "";
    if (event.type === "drop") send([...event.dataTransfer.files]);
  };
  const run = (event) => {
    const { target, key, ctrlKey, metaKey } = event;
    if (key !== "Enter" || !(ctrlKey || metaKey) || !target.matches("textarea")) return;
    let box = target.parentElement;
    while (box !== place() && !box.querySelector(".gnb-run")) box = box.parentElement;
    target.blur(); // a field sends its words when it is left: before the click
    [...box.querySelectorAll(".gnb-run")].at(-1)?.click();
    target.focus();
  };
  const ended = new AbortController();
  const listen = (name, act) => {
    const handle = (event) => place().contains(event.target) && act(event);
    document.addEventListener(name, handle, { capture: true, signal: ended.signal });
  };
  button.onclick = () => input.click();
  input.onchange = () => send([...input.files]).then(() => (input.value = ""));
  root.onpaste = (event) => (event.preventDefault(), send([...event.clipboardData.files]));
  listen("dragover", (event) => heard(event, true));
  for (const name of ["dragleave", "drop"]) listen(name, (event) => heard(event, false));
  listen("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  listen("keydown", run);
  return () => ended.abort();
}

export default { render };
