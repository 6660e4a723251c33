// The annotator in the page: a picture whose items a person can correct. An item is {id, kind, at:
// [[y, x], ...], label, accepted}: a point, two corners of a box, or a path; in thousandths. Items
// are never changed but replaced: another object is drawn anew, and the past costs nothing to keep.
const SVG = "http://www.w3.org/2000/svg";
const TOOLS = ["Select", "Point", "Box", "Path"];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const KEYS = `Tab: next item. Arrows: move it, with Shift by ten. V: its next corner or point, which
  arrows then move alone. I: a point after it. Enter: label. A: accept. Delete. Escape: leave.
  Ctrl+Z, Ctrl+Y: undo, redo. + and -: zoom, 0: fit; arrows on the picture: scroll. A path ends
  with Enter, Escape or a double click. A tool chosen by key adds one.`;
const UNKNOWN = ["#888888", "#000000"]; // until the kernel has said which colours an item has
const LONGEST = 30; // letters of a label where it is shown

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
const onGrid = (value) => Math.round(clamp(value, 0, 1000));
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
const find = (items, id) => items.find((item) => item.id === id);
const replaced = (items, id, change) =>
  items.map((item) => (item.id === id ? { ...item, accepted: false, ...change(item) } : item));
// Along an axis on which nothing moves a place keeps its exact value.
const shifted = (place, by) =>
  place.map((value, axis) => (Math.round(by[axis]) ? onGrid(value + Math.round(by[axis])) : value));
const around = (places) => {
  const [ys, xs] = [0, 1].map((axis) => places.map((place) => place[axis]));
  return [[Math.min(...ys), Math.min(...xs)], [Math.max(...ys), Math.max(...xs)]];
};

// All that can be done to items, by name: each returns new ones. `by` is a shift of [y, x].
export const edits = {
  added(items, { kind, at, label = "" }) {
    const numbers = items.map(({ id }) => (id[0] === "n" ? Number(id.slice(1)) : 0));
    const id = `n${Math.max(0, ...numbers) + 1}`;
    const places = (kind === "box" ? around(at) : at).map((place) => place.map(onGrid));
    return [...items, { id, kind, at: places, label, accepted: false }];
  },
  moved: (items, { id, by }) => replaced(items, id, ({ at }) => {
    const [low, high] = around(at); // at the picture's edge the whole shape stops
    const stopped = by.map((shift, axis) =>
      clamp(shift, Math.min(-low[axis], 0), Math.max(1000 - high[axis], 0)));
    return { at: at.map((place) => shifted(place, stopped)) };
  }),
  // One point; or a corner of a box, 0 to 3 by rows, while the opposite one stays.
  reshaped: (items, { id, vertex, by }) => replaced(items, id, (item) => {
    const corners = vertices(item), moved = shifted(corners[vertex], by);
    if (item.kind === "box") return { at: around([moved, corners[3 - vertex]]) };
    return { at: item.at.map((place, n) => (n === vertex ? moved : place)) };
  }),
  // A point after another of a path; none where that is already, as after a double click.
  extended: (items, { id, vertex, place }) => replaced(items, id, ({ at }) => {
    if (Math.hypot(...minus(place, at[vertex])) < 5) return {};
    return { at: [...at.slice(0, vertex + 1), place.map(onGrid), ...at.slice(vertex + 1)] };
  }),
  deleted(items, { id, vertex = null }) {
    const { kind, at } = find(items, id) ?? {};
    if (kind !== "path" || vertex === null || at.length === 1)
      return items.filter((item) => item.id !== id);
    return replaced(items, id, () => ({ at: at.filter((_, n) => n !== vertex) }));
  },
  relabelled: (items, { id, label }) => replaced(items, id, () => ({ label: label.trim() })),
  marked: (items, { ids, accepted }) =>
    items.map((item) => (ids.includes(item.id) ? { ...item, accepted } : item)),
};

const vertices = ({ kind, at: [a, b], at }) =>
  (kind === "box" ? [a, [a[0], b[1]], [b[0], a[1]], b] : at);

const short = (label) => {
  const letters = [...label];
  return letters.slice(0, LONGEST).join("") + (letters.length > LONGEST ? "\u2026" : "");
};

// An item in words.
export function spoken({ kind, at, label, accepted }) {
  const ends = [...new Set([at[0], at.at(-1)])].map((place) => place.map(Math.round));
  const where = ends.map(([y, x]) => `y ${y}, x ${x}`).join(" to ");
  const points = kind === "path" ? `, ${at.length} points` : "";
  const is = accepted ? ", accepted" : "";
  return `${kind} ${short(label) || "without label"}${points}, ${where}${is}`;
}

// JupyterLab asks the focused element itself whether keys are shortcuts: no wrapper can opt out.
function element(tag, attributes, parent, text = "") {
  const kind = tag === "svg" || parent.namespaceURI === SVG ? SVG : "http://www.w3.org/1999/xhtml";
  const made = document.createElementNS(kind, tag);
  const all = { "data-lm-suppress-shortcuts": true, ...attributes };
  for (const [name, value] of Object.entries(all)) made.setAttribute(name, value);
  made.textContent = text;
  return parent.appendChild(made);
}

// Draws an item's shape into one <g>, and its label into another, which lies above all shapes. Dots
// and letters are in pixels of the screen, however far one has zoomed.
function drawItem([node, plate], item, pixels, [fill, ink], isChosen, vertex) {
  const [[top, left]] = around(item.at), [[x, y], [endX, endY]] = pixels(around(item.at));
  const isBox = item.kind === "box", where = isBox
    ? { x, y, width: endX - x, height: endY - y } : { points: pixels(item.at).join(" ") };
  const onScreen = ([across, down], parent) => element(
    "g", { style: `transform:translate(${across}px,${down}px) scale(var(--gnb-unit))` }, parent);
  for (const each of [node, plate]) {
    each.replaceChildren();
    each.style.cssText = `color:${fill};--gnb-ink:${ink}`;
  }
  node.setAttribute("aria-pressed", isChosen);
  node.setAttribute("aria-label", spoken(item));
  for (const look of ["halo", "line", "reach"])
    element(isBox ? "rect" : "polyline", { class: `gnb-${look}`, ...where }, node);
  if (!isBox || isChosen) pixels(vertices(item)).forEach((place, n) => {
    const dot = onScreen(place, node);
    element("circle", { r: n === vertex ? 9 : 6 }, dot);
    element("circle", { class: isChosen ? "gnb-grip" : "", r: 13, "data-vertex": n }, dot);
  });
  const isLeft = left < 500, isHigh = top < 60; // a label stays within the picture
  const anchor = { x: isLeft ? 4 : -4, "text-anchor": isLeft ? "start" : "end" };
  const down = isHigh ? (isBox ? 16 : 26) : (isBox ? -7 : -14);
  const text = `${item.accepted ? "\u2713 " : ""}${short(item.label)}`;
  element("text", { ...anchor, y: down }, onScreen([isLeft ? x : endX, y], plate), text);
}

function render({ model, el }) {
  const told = (name, otherwise) => model.get(name) ?? otherwise; // once the kernel has gone
  const [width, height] = told("size", [1, 1]);
  const pointers = new Map(), nodes = new Map(), drawn = new WeakMap(), buttons = {};
  let items = [], past = [], future = [];
  let chosen = null, vertex = null; // an item's id, and the number of a corner or point of it
  let tool = "Select", zoom = 1, drag = null, frame = 0;

  const root = element("div", { class: "gnb-annotator", tabindex: -1 }, el); // keeps the focus in
  window.Jupyter?.keyboard_manager?.register_events(root); // the classic notebook's shortcuts
  const bar = element("div", { role: "toolbar", "aria-label": "Annotation tools" }, root);
  const named = { role: "group", "aria-label": `Picture, ${width} by ${height}`, tabindex: 0 };
  const pane = element("div", { class: "gnb-pane" }, root); // scrolls what is zoomed
  const svg = element("svg", { ...named, viewBox: `0 0 ${width} ${height}` }, pane);
  const most = `max(320px, ${(85 * width) / height}vh)`; // not higher than the window, but legible
  pane.style.aspectRatio = `${width} / ${height}`;
  pane.style.maxWidth = `min(${clamp(width, 480, 1280)}px, ${most})`; // a small picture grows
  const url = URL.createObjectURL(new Blob([told("image", "")]));
  element("image", { href: url, width, height, preserveAspectRatio: "none" }, svg);
  const backdrop = element("image", { width, height }, svg);
  const shapes = element("g", {}, svg), labels = element("g", { class: "gnb-labels" }, svg);
  const form = element("div", { class: "gnb-form" }, root);
  const input = element("input", { maxlength: 1000 }, element("label", {}, form, "Label "));
  const chips = element("span", { role: "group", "aria-label": "Labels in use" }, form);
  const live = element("div", { role: "status" }, root);
  const problem = element("div", { role: "alert" }, root);
  const help = element("details", {}, root);
  element("summary", {}, help, "Keys");
  element("div", {}, help, KEYS);

  const button = (name, act, text = name) => {
    const attributes = { type: "button", "aria-label": name, title: name };
    buttons[name] = element("button", attributes, bar, text);
    buttons[name].onclick = act;
  };
  for (const name of TOOLS) button(name, (event) => take(name, !event.detail));
  button("Accept", () => accept(), "\u2713");
  button("Accept all", () => apply("marked", { ids: items.map(({ id }) => id), accepted: true }));
  button("Delete", () => remove(), "\u2715");
  button("Undo", () => travel(past, future, "undone"), "\u21b6");
  button("Redo", () => travel(future, past, "redone"), "\u21b7");
  button("Zoom in", () => zoomTo(zoom * 1.5), "+");
  button("Zoom out", () => zoomTo(zoom / 1.5), "\u2212");
  button("Fit", () => zoomTo(1));
  button("Done", () => model.send({ done: items })); // with what Jupyter may still hold back

  // --- What is done to the items: one message, and one step to undo, for each gesture.
  const say = (text) => { live.textContent = text; };
  const focused = () => root.getRootNode().activeElement;
  const focus = (id) => (nodes.get(id)?.[0] ?? svg).focus({ preventScroll: true });
  const accept = () =>
    apply("marked", { ids: [chosen], accepted: !find(items, chosen)?.accepted });
  function choose(id, at = null) {
    [chosen, vertex] = [id, at];
    draw();
  }
  function share(next) {
    model.set("items", items = next);
    model.save_changes();
  }
  function apply(name, argument, before = items) {
    const after = edits[name](before, argument);
    items = before;
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      past.push(before);
      future.length = 0;
      share(after);
      const item = find(after, argument.id ?? chosen) ?? find(before, argument.id) ?? after.at(-1);
      say(argument.ids?.length > 1 ? `${name} all, accepted` : `${name} ${spoken(item)}`);
    }
    draw();
  }
  function travel(from, to, said) {
    if (!from.length) return;
    to.push(items);
    share(from.pop());
    choose(chosen);
    say(`${said}, ${items.length} items`);
  }
  function remove() {
    const at = items.findIndex(({ id }) => id === chosen), id = chosen, point = vertex;
    if (at < 0) return;
    choose(id);
    apply("deleted", { id, vertex: point });
    if (!find(items, id)) focus((items[at] ?? items[at - 1])?.id);
  }
  // A tool chosen by key adds in the middle of what is seen.
  function take(name, isByKey) {
    tool = isByKey ? "Select" : name;
    if (!isByKey || name === "Select") return choose(name === "Select" ? chosen : null);
    const [y, x] = placeOf(middle()), by = 100 / zoom, box = [[y - by, x - by], [y + by, x + by]];
    const at = { Point: [[y, x]], Box: box, Path: [[y, x - by], [y, x + by]] }[name];
    apply("added", { kind: name.toLowerCase(), at });
    choose(items.at(-1).id, name === "Path" ? 1 : null);
    focus(chosen);
  }
  // Out of a path in the making, a corner, a tool; then out of the item.
  function leave() {
    const isWithin = vertex !== null || tool !== "Select";
    tool = "Select";
    choose(isWithin ? chosen : null);
    if (!isWithin) focus();
  }

  // --- Keys: true where one meant something.
  function pressedKey(event) {
    const { shiftKey, target } = event, item = find(items, chosen);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const larger = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 }[key], arrow = ARROWS[key];
    if (drag) { // only Escape means something meanwhile
      if (key === "Escape") cancel();
      return key !== "Tab";
    }
    if (target === input) {
      if (key === "Escape") input.value = item?.label ?? "";
      if (key === "Enter" || key === "Escape") focus(chosen); // which takes what was typed
      return key === "Enter" || key === "Escape";
    }
    if (event.ctrlKey || event.metaKey) {
      if (key === "y" || (key === "z" && shiftKey)) travel(future, past, "redone");
      else if (key === "z") travel(past, future, "undone");
      return key === "y" || key === "z";
    }
    if (larger !== undefined) zoomTo(zoom * larger);
    else if (key === "Escape") leave();
    else if (!item || target !== nodes.get(chosen)[0]) return false;
    else if (arrow) {
      const by = arrow.map((step) => step * (shiftKey ? 10 : 1));
      apply(vertex === null ? "moved" : "reshaped", { id: chosen, vertex, by });
    } else if (key === "Delete" || key === "Backspace") remove();
    else if (key === "Enter" && tool === "Path") leave();
    else if (key === "Enter") input.select();
    else if (key === "a") accept();
    else if (key === "v") {
      const places = vertices(item), at = vertex === null ? 0 : (vertex + 1) % places.length;
      choose(chosen, at);
      say(`point ${at + 1} of ${places.length}, y ${places[at][0]}, x ${places[at][1]}`);
    } else if (key === "i" && item.kind === "path") {
      const after = vertex ?? item.at.length - 1, [y, x] = item.at[after];
      vertex = after + 1;
      apply("extended", { id: chosen, vertex: after, place: [y, x > 950 ? x - 50 : x + 50] });
    } else return false;
    return true;
  }

  // --- Pointers: mouse, pen and fingers. A drag's `edit` says which edit a place means.
  const placeOf = ({ clientX, clientY }) => {
    const seen = svg.getBoundingClientRect();
    return [1000 * (clientY - seen.top) / seen.height, 1000 * (clientX - seen.left) / seen.width];
  };
  // Between two fingers, and how many pixels they are apart.
  const held = () => {
    const [a, b] = [...pointers.values()];
    const [down, right] = [a.clientY - b.clientY, a.clientX - b.clientX];
    const between = { clientX: a.clientX - right / 2, clientY: a.clientY - down / 2 };
    return [between, Math.max(Math.hypot(down, right), 1)];
  };
  // A grip of what is chosen, or the smallest item there, however many lie above it.
  function hit({ clientX, clientY }) {
    const all = root.getRootNode().elementsFromPoint(clientX, clientY);
    const under = all.filter((each) => each.closest("[data-id]") && svg.contains(each));
    const area = ({ at }) => minus(...around(at)).reduce((a, b) => a * b);
    const found = under.map((each) => find(items, each.closest("[data-id]").dataset.id));
    found.sort((a, b) => area(a) - area(b));
    return [under.find((each) => each.matches(".gnb-grip")), found[0]];
  }
  const tried = ([name, argument]) => edits[name](drag.before, argument);
  function press(event) {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    svg.setPointerCapture(event.pointerId);
    svg.focus({ preventScroll: true }); // so what was typed is taken for what is still chosen
    if (pointers.size > 1) return cancel();
    const start = placeOf(event), kind = tool.toLowerCase(), id = chosen, own = find(items, id);
    drag = { before: items, start, event, adds: tool !== "Select", holds: true };
    if (drag.adds) {
      const goesOn = kind === "path" && own?.kind === kind; // until one leaves the path
      drag.edit = goesOn
        ? (place) => ["extended", { id, vertex: own.at.length - 1, place }]
        : (place) => ["added", { kind, at: kind === "box" ? [start, place] : [place] }];
      items = tried(drag.edit(start));
      if (!goesOn) choose(items.at(-1).id);
    } else {
      const [grip, item] = hit(event), at = grip && Number(grip.dataset.vertex);
      drag.holds = grip || item?.kind === "point" || (item && item.id === id);
      drag.edit = grip
        ? (place) => ["reshaped", { id, vertex: at, by: minus(place, start) }]
        : item && ((place) => ["moved", { id: item.id, by: minus(place, start) }]);
      [chosen, vertex] = [grip ? id : item?.id, grip && own.kind !== "point" ? at : null];
      frame ||= requestAnimationFrame(draw); // later: a finger still needs the node it is on
    }
    focus(chosen);
  }
  function pull(event) {
    if (!pointers.has(event.pointerId)) return;
    const was = pointers.get(event.pointerId), before = pointers.size > 1 && held();
    const place = before && placeOf(before[0]);
    pointers.set(event.pointerId, event);
    if (before) {
      const [between, apart] = held();
      return zoomTo((zoom * apart) / before[1], between, place);
    }
    if (!drag) return;
    const { clientX, clientY } = drag.event;
    drag.moves ||= Math.hypot(event.clientX - clientX, event.clientY - clientY) > 3; // hands shake
    if (!drag.moves) return;
    const [left, top] = [was.clientX - event.clientX, was.clientY - event.clientY];
    if (!drag.edit) return event.pointerType === "mouse" && pane.scrollBy(left, top); // fingers can
    items = tried(drag.edit(placeOf(event)));
    frame ||= requestAnimationFrame(draw); // at most one drawing a frame
  }
  function release(event) {
    pointers.delete(event.pointerId);
    if (!drag?.edit || event.type === "pointercancel") return cancel();
    const { before, adds, moves, edit } = drag, [name, argument] = edit(placeOf(event));
    if (!moves && (!adds || argument.kind === "box")) return cancel();
    drag = null;
    apply(name, argument, before);
    if (!adds) return;
    if (tool !== "Path") tool = "Select";
    else if (items === before) return leave(); // where the last point is already
    draw();
    // A finger would open the keyboard of a screen.
    if (tool === "Select" && event.pointerType === "mouse") input.focus();
  }
  function cancel() {
    if (drag) items = drag.before;
    drag = null;
    draw();
  }

  // --- What is seen of the picture.
  const middle = () => {
    const { left, top, width: across, height: down } = pane.getBoundingClientRect();
    return { clientX: left + across / 2, clientY: top + down / 2 };
  };
  // Zoom so that `place` lies under a pointer; without them, about the middle.
  function zoomTo(next, pointer = middle(), place = placeOf(pointer)) {
    zoom = clamp(next, 1, 40);
    svg.style.width = `${100 * zoom}%`;
    const [down, right] = minus(place, placeOf(pointer)).map((shift) => shift / 1000);
    pane.scrollBy(right * svg.clientWidth, down * svg.clientHeight);
    pane.dataset.zoomed = zoom > 1;
    buttons["Zoom out"].ariaDisabled = buttons.Fit.ariaDisabled = zoom === 1;
  }
  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    const colours = told("looks", {}), hadFocus = root.contains(focused());
    const pixels = (places) => places.map(([y, x]) => [(x * width) / 1000, (y * height) / 1000]);
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, both] of nodes)
      if (!ids.has(id) && nodes.delete(id)) both.forEach((node) => node.remove());
    if (!ids.has(chosen)) [chosen, vertex] = [null, null];
    items.forEach((item, at) => {
      const { id } = item, isChosen = id === chosen;
      if (!nodes.has(id)) { // kept from now on: what is made anew would lose the focus
        const looks = { class: "gnb-item", role: "button", tabindex: 0, "data-id": id };
        nodes.set(id, [element("g", looks, shapes), element("g", { "data-id": id }, labels)]);
        for (const node of nodes.get(id)) // in the items' order, which is that of the Tab key
          node.parentNode.insertBefore(node, node.parentNode.children[at]);
      }
      const colour = colours[id] ?? UNKNOWN, point = isChosen ? vertex : null;
      const look = [item, ...colour, isChosen, point], [node] = nodes.get(id);
      if (drawn.get(node)?.every((value, n) => value === look[n])) return;
      drawItem(nodes.get(id), item, pixels, colour, isChosen, point);
      drawn.set(node, look);
    });
    if (hadFocus && !root.contains(focused())) focus(); // it was on what is gone
    const item = find(items, chosen);
    svg.dataset.tool = tool;
    for (const name of TOOLS) buttons[name].ariaPressed = name === tool;
    buttons.Accept.ariaDisabled = buttons.Delete.ariaDisabled = form.hidden = !item;
    buttons.Undo.ariaDisabled = !past.length;
    buttons.Redo.ariaDisabled = !future.length;
    if (item && focused() !== input) input.value = item.label;
    if (!item || drag) return;
    chips.replaceChildren();
    for (const label of new Set(items.map((each) => each.label).filter(Boolean))) {
      const chip = element("button", { type: "button" }, chips, short(label));
      chip.onclick = () => { apply("relabelled", { id: chosen, label }); focus(chosen); };
    }
  }

  // --- What comes in.
  Object.assign(svg, { onpointerdown: press, onpointermove: pull, onpointerup: release });
  svg.onpointercancel = release;
  svg.onmousedown = (event) => event.preventDefault(); // `press` says what has the focus
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomTo(zoom * Math.exp(-event.deltaY / 300), event);
  }, { passive: false });
  // One finger scrolls the page, but where it holds what is chosen; two are ours.
  const hold = (event) => (event.touches.length > 1 || drag?.holds) && event.preventDefault();
  for (const name of ["touchstart", "touchmove"])
    svg.addEventListener(name, hold, { passive: false });
  input.onchange = () => apply("relabelled", { id: chosen, label: input.value });
  // On the root: a focus listener on an SVG element makes it a stop of the Tab key in Chromium.
  root.addEventListener("focusin", ({ target }) => {
    const id = target.closest(".gnb-item")?.dataset.id;
    if (id && id !== chosen) choose(id);
  });
  root.onkeydown = (event) => {
    if (pressedKey(event)) event.preventDefault();
    if (event.key !== "Tab") event.stopPropagation();
  };
  const events = ["items", "looks", "problem", "backdrop"].map((name) => `change:${name}`);
  function hear() {
    const known = JSON.stringify(drag ? drag.before : items), given = told("items", items);
    problem.textContent = told("problem", "");
    const beneath = told("backdrop", ""); // in an image no script runs
    const address = beneath && `data:image/svg+xml,${encodeURIComponent(beneath)}`;
    if (backdrop.getAttribute("href") !== address) backdrop.setAttribute("href", address);
    if (JSON.stringify(given) !== known) // of the kernel, or of another view: a new beginning
      [items, past.length, future.length, drag] = [given, 0, 0, null];
    draw();
  }
  for (const event of events) model.on(event, hear);
  // Dots and labels are in pixels of the screen: zooming changes nothing but this.
  const observer = new ResizeObserver(() =>
    svg.style.setProperty("--gnb-unit", width / (svg.clientWidth || width)));
  observer.observe(svg);
  zoomTo(1);
  hear();
  root.dataset.ready = "true";
  return () => {
    for (const event of events) model.off(event, hear);
    observer.disconnect();
    cancelAnimationFrame(frame);
    URL.revokeObjectURL(url);
  };
}

export default { render };
