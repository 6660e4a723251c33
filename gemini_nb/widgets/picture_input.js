// A button on which a picture is chosen, dropped or pasted; each file goes to Python as it is.
// It also guards ipywidgets' controls in its output: "dd" typed on a list would delete the cell.

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

  const guard = ({ target }) => {
    const isOurs = el.closest(".jp-OutputArea-output")?.contains(target);
    if (isOurs) target.setAttribute("data-lm-suppress-shortcuts", "true"); // not inherited
  };
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
  const heard = (event, isOver = false) => {
    event.preventDefault(); // or the browser opens the file in place of the notebook
    event.stopPropagation();
    root.style.outline = isOver ? "2px solid #0072b2" : "";
  };
  button.onclick = () => input.click();
  input.onchange = () => send([...input.files]).then(() => (input.value = ""));
  root.ondragover = (event) => heard(event, true);
  root.ondragleave = (event) => heard(event);
  root.ondrop = (event) => (heard(event), send([...event.dataTransfer.files]));
  root.onpaste = (event) => (heard(event), send([...event.clipboardData.files]));
  document.addEventListener("focusin", guard);
  return () => document.removeEventListener("focusin", guard);
}

export default { render };
