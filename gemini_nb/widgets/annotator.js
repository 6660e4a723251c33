// The annotator in the page: a picture whose items a person can correct. An item is {id, kind, at:
// [[y, x], ...], label, accepted}: a point, two corners of a box, or a path; in thousandths. Items
// are never changed but replaced: another object is drawn anew, and the past costs nothing to keep.
const SVG = "http://www.w3.org/2000/svg";
const TOOLS = ["Select", "Point", "Box", "Path"];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const KEYS = `Tab: next item. Arrows: move it, with Shift by ten; Alt and arrows: resize a box. V:
  its next corner or point, which arrows then move alone; I: insert a point after it. Enter: label.
  A: accept. Delete. Escape: leave. Ctrl+Z, Ctrl+Y: undo, redo. + and -: zoom, 0: fit; arrows on the
  picture: pan. A path ends with Enter, Escape or a double click. A tool chosen by key adds one.`;
const UNKNOWN = ["#888888", "#000000"]; // until the kernel has said which colours an item has
const LONGEST = 24; // letters of a label on the picture
const MOST_LABELS = 12; // of those at hand

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
const onGrid = (value) => Math.round(clamp(value, 0, 1000));
const minus = (a, b) => [a[0] - b[0], a[1] - b[1]];
const find = (items, id) => items.find((item) => item.id === id);
const replaced = (items, id, change) =>
  items.map((item) => (item.id === id ? { ...item, ...change(item) } : item));
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
  // One point of a path; or a corner of a box, 0 to 3 by rows, which stops at the opposite one.
  reshaped: (items, { id, vertex, by }) => replaced(items, id, ({ kind, at }) => {
    if (kind !== "box") return { at: at.map((p, n) => (n === vertex ? shifted(p, by) : p)) };
    const ends = [vertex >> 1, vertex & 1];
    const [low, high] = at.map((place) => shifted(place, by));
    return { at: [
      at[0].map((value, axis) => (ends[axis] ? value : Math.min(low[axis], at[1][axis]))),
      at[1].map((value, axis) => (ends[axis] ? Math.max(high[axis], at[0][axis]) : value)),
    ] };
  }),
  // A point after another; without a place half way to the next, or a little on from the last.
  // Where the other is already, as after a double click, there is none added.
  extended: (items, { id, vertex, place }) => replaced(items, id, ({ at }) => {
    const [y, x] = at[vertex];
    const next = at[vertex + 1] ?? [y, x > 900 ? x - 100 : x + 100];
    const added = (place ?? [(y + next[0]) / 2, (x + next[1]) / 2]).map(onGrid);
    if (Math.hypot(...minus(added, [y, x])) < 5) return {};
    return { at: [...at.slice(0, vertex + 1), added, ...at.slice(vertex + 1)] };
  }),
  shortened: (items, { id, vertex }) => (find(items, id)?.at.length === 1
    ? edits.deleted(items, { id })
    : replaced(items, id, ({ at }) => ({ at: at.filter((_, n) => n !== vertex) }))),
  deleted: (items, { id }) => items.filter((item) => item.id !== id),
  relabelled: (items, { id, label }) => replaced(items, id, () => ({ label: label.trim() })),
  marked: (items, { ids, accepted }) =>
    items.map((item) => (ids.includes(item.id) ? { ...item, accepted } : item)),
};

const vertices = ({ kind, at: [a, b], at }) =>
  (kind === "box" ? [a, [a[0], b[1]], [b[0], a[1]], b] : at.map(([y, x]) => [y, x]));

// An item in words.
export function spoken({ kind, at, label, accepted }) {
  const [[y, x], [bottom, right] = []] = at.map((place) => place.map(Math.round));
  const [endY, endX] = at.at(-1).map(Math.round);
  const where = {
    point: `y ${y}, x ${x}`,
    box: `y ${y} to ${bottom}, x ${x} to ${right}`,
    path: `${at.length} points, from y ${y}, x ${x} to y ${endY}, x ${endX}`,
  }[kind];
  return `${kind} ${label || "without label"}, ${where}${accepted ? ", accepted" : ""}`;
}

// JupyterLab asks the focused element itself whether keys are shortcuts: no wrapper can opt out.
function element(tag, attributes, parent, text = "") {
  const kind = tag === "svg" || parent.namespaceURI === SVG ? SVG : "http://www.w3.org/1999/xhtml";
  const made = document.createElementNS(kind, tag);
  const canFocus = ["button", "input", "summary"].includes(tag) || "tabindex" in attributes;
  const all = { ...attributes, ...(canFocus && { "data-lm-suppress-shortcuts": "true" }) };
  for (const [name, value] of Object.entries(all)) made.setAttribute(name, value);
  made.textContent = text;
  return parent.appendChild(made);
}

const pen = document.createElement("canvas").getContext("2d"); // which measures labels

// Draws an item into its <g>; dots and labels in pixels of the screen, however far one has zoomed.
function drawItem(node, item, pixels, [fill, ink], isChosen, vertex) {
  const [[top, left]] = around(item.at), [[x, y], [endX, endY]] = pixels(around(item.at));
  const onScreen = ([across, down]) => element(
    "g", { style: `transform:translate(${across}px,${down}px) scale(var(--gnb-unit))` }, node);
  const isBox = item.kind === "box", where = isBox
    ? { x, y, width: endX - x, height: endY - y } : { points: pixels(item.at).join(" ") };
  node.replaceChildren();
  node.setAttribute("aria-pressed", isChosen);
  node.setAttribute("aria-label", spoken(item));
  for (const [look, stroke] of [["halo", ink], ["line", fill], ["reach", "transparent"]]) {
    const inside = look === "line" && isBox ? fill : "none";
    const shape = { class: `gnb-${look}`, stroke, fill: inside, ...where };
    element(isBox ? "rect" : "polyline", shape, node);
  }
  if (!isBox || isChosen) pixels(vertices(item)).forEach((place, n) => {
    const dot = onScreen(place), grip = isChosen ? "gnb-grip" : "";
    element("circle", { r: n === vertex ? 9 : 6, fill, stroke: ink, "stroke-width": 2 }, dot);
    element("circle", { class: grip, r: 13, fill: "transparent", "data-vertex": n }, dot);
  });
  const letters = [...`${item.accepted ? "\u2713 " : ""}${item.label}`];
  if (!letters.length) return;
  const text = letters.slice(0, LONGEST).join("") + (letters.length > LONGEST ? "\u2026" : "");
  pen.font = "13px sans-serif";
  const width = pen.measureText(text).width + 8;
  const across = left < 500 ? 0 : -width; // so that it stays within the picture
  const down = top < 60 ? (isBox ? 2 : 10) : (isBox ? -20 : -28);
  const plate = onScreen([left < 500 ? x : endX, y]);
  element("rect", { x: across, y: down, width, height: 18, rx: 3, fill }, plate);
  element("text", { x: across + 4, y: down + 13, fill: ink }, plate, text);
}

function render({ model, el }) {
  const told = (name, otherwise) => model.get(name) ?? otherwise; // once the kernel has gone
  const [width, height] = told("size", [1, 1]);
  const pointers = new Map(), nodes = new Map(), drawn = new WeakMap(), buttons = {};
  let items = told("items", []), past = [], future = [];
  let chosen = null, vertex = null, making = null, labelled = null; // ids, but for the vertex
  let tool = "Select", view = { y: 0, x: 0, zoom: 1 }, drag = null, pinch = null, frame = 0;

  const root = element("div", { class: "gnb-annotator" }, el);
  window.Jupyter?.keyboard_manager?.register_events(root); // the classic notebook's shortcuts
  const bar = element("div", { role: "toolbar", "aria-label": "Annotation tools" }, root);
  const named = { role: "group", "aria-label": `Picture, ${width} by ${height}`, tabindex: 0 };
  const svg = element("svg", named, root);
  svg.style.aspectRatio = `${width} / ${height}`; // never higher than the window; a small one grows
  svg.style.maxWidth = `min(${clamp(width, 480, 1280)}px, ${(85 * width) / height}vh)`;
  const url = URL.createObjectURL(new Blob([told("image", "")]));
  element("image", { href: url, width, height, preserveAspectRatio: "none" }, svg);
  const backdrop = element("image", { width, height }, svg);
  const lines = element("g", { class: "gnb-lines" }, svg), layer = element("g", {}, svg);
  const form = element("div", { class: "gnb-form" }, root);
  const input = element("input", { maxlength: 1000 }, element("label", {}, form, "Label "));
  const chips = element("span", { role: "group", "aria-label": "Labels in use" }, form);
  const live = element("div", { role: "status" }, root);
  const problem = element("div", { role: "alert" }, root, told("problem", ""));
  const help = element("details", {}, root);
  element("summary", {}, help, "Keys");
  element("div", {}, help, KEYS);

  const button = (name, act, text = name) => {
    const attributes = { type: "button", "aria-label": name, title: name };
    buttons[name] = element("button", attributes, bar, text);
    buttons[name].onclick = (event) => buttons[name].ariaDisabled !== "true" && act(event);
  };
  for (const name of TOOLS) button(name, (event) => take(name, event));
  button("Accept", () => accept(), "\u2713");
  button("Accept all", () => apply("marked", { ids: items.map(({ id }) => id), accepted: true }));
  button("Delete", () => remove(), "\u2715");
  button("Undo", () => travel(past, future, "undone"), "\u21b6");
  button("Redo", () => travel(future, past, "redone"), "\u21b7");
  button("Zoom in", () => zoomTo(view.zoom * 1.5), "+");
  button("Zoom out", () => zoomTo(view.zoom / 1.5), "\u2212");
  button("Fit", () => zoomTo(1));
  button("Done", () => model.send({ done: items })); // with what Jupyter may still hold back

  // --- What is done to the items: one message, and one step to undo, for each gesture.
  const say = (text) => { live.textContent = text; };
  const focus = (id) => (nodes.get(id) ?? svg).focus({ preventScroll: true });
  const apply = (name, argument) => commit(items, name, argument);
  const accept = () =>
    apply("marked", { ids: [chosen], accepted: !find(items, chosen)?.accepted });
  function choose(id, at = null) {
    [chosen, vertex] = [id, at];
    if (find(items, id)) say(spoken(find(items, id)));
    draw();
  }
  function share(next) {
    model.set("items", items = next);
    model.save_changes();
  }
  function commit(before, name, argument) {
    const after = edits[name](before, argument);
    items = before;
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      past.push(before);
      future.length = 0;
      share(after);
      const item = find(after, argument.id ?? chosen) ?? find(before, argument.id) ?? after.at(-1);
      say(`${name} ${spoken(item)}`);
    }
    draw();
  }
  function travel(from, to, said) {
    if (!from.length) return;
    to.push(items);
    share(from.pop());
    settle();
    say(`${said}, ${items.length} items`);
  }
  function settle() {
    [vertex, making] = [null, null];
    if (!find(items, chosen)) chosen = null;
    const hadFocus = root.contains(focused());
    draw();
    if (hadFocus && !root.contains(focused())) focus(); // it was on what is gone
  }
  function remove() {
    const at = items.findIndex(({ id }) => id === chosen), item = items[at], point = vertex;
    if (!item) return;
    vertex = null;
    if (item.kind === "path" && point !== null) apply("shortened", { id: chosen, vertex: point });
    else apply("deleted", { id: chosen });
    if (find(items, item.id)) return;
    const said = live.textContent;
    making = null;
    focus((items[at] ?? items[at - 1])?.id);
    say(said);
  }
  // A tool chosen by key adds in the middle of what is seen.
  function take(name, event) {
    [tool, making] = [name, null];
    if (event.detail || name === "Select") return draw();
    const by = 100 / view.zoom, y = view.y + 5 * by, x = view.x + 5 * by;
    const [left, right] = [[y, x - by], [y, x + by]], box = [[y - by, x - by], [y + by, x + by]];
    const at = { Point: [[y, x]], Path: [left, right], Box: box }[name];
    const { id, kind } = edits.added(items, { kind: name.toLowerCase(), at }).at(-1);
    [tool, chosen, vertex] = ["Select", id, name === "Path" ? 1 : null];
    apply("added", { kind, at });
    focus(id);
  }
  // Out of a path in the making, a corner, a tool; then out of the item.
  function leave() {
    const isWithin = making || vertex !== null || tool !== "Select";
    [making, tool] = [null, "Select"];
    choose(isWithin ? chosen : null);
    if (!isWithin) focus();
  }

  // --- Keys: true where one meant something.
  const focused = () => root.getRootNode().activeElement;
  function pressedKey(event) {
    const { shiftKey, altKey, target } = event, item = find(items, chosen);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const zoom = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 }[key], arrow = ARROWS[key];
    if (target === input) {
      if (key === "Escape") input.value = find(items, labelled)?.label ?? "";
      if (key === "Enter" || key === "Escape") focus(labelled); // which takes what was typed
      return key === "Enter" || key === "Escape";
    }
    if (event.ctrlKey || event.metaKey) {
      if (key === "y" || (key === "z" && shiftKey)) travel(future, past, "redone");
      else if (key === "z") travel(past, future, "undone");
      return key === "y" || key === "z";
    }
    if (zoom !== undefined) zoomTo(view.zoom * zoom);
    else if (key === "Escape") leave();
    else if (arrow && target === svg && view.zoom > 1) {
      const [down, right] = arrow.map((step) => (100 * step) / view.zoom);
      look({ ...view, y: view.y + down, x: view.x + right });
    } else if (!item || target !== nodes.get(chosen)) return false;
    else if (arrow) {
      const by = arrow.map((step) => step * (shiftKey ? 10 : 1));
      const corner = altKey && item.kind === "box" ? 3 : vertex;
      apply(corner === null ? "moved" : "reshaped", { id: chosen, vertex: corner, by });
    } else if (key === "Delete" || key === "Backspace") remove();
    else if (key === "Enter" && making) leave();
    else if (key === "Enter") input.select();
    else if (key === "a") accept();
    else if (key === "v") walk(item, shiftKey ? -1 : 1);
    else if (key === "i" && item.kind === "path") {
      const after = vertex ?? item.at.length - 1;
      vertex = after + 1;
      apply("extended", { id: chosen, vertex: after });
    } else return false;
    return true;
  }
  // To the next corner or point, and after the last to the whole again.
  function walk(item, step) {
    const places = vertices(item), count = places.length + 1;
    const at = (((vertex ?? -1) + 1 + step + count) % count) - 1;
    choose(chosen, at < 0 ? null : at);
    const what = item.kind === "box" ? "corner" : "point";
    if (at >= 0) say(`${what} ${at + 1} of ${count - 1}, y ${places[at][0]}, x ${places[at][1]}`);
  }

  // --- Pointers: mouse, pen and fingers. A drag's `edit` says which edit a place means.
  const fractionOf = ({ clientX, clientY }) => {
    const seen = svg.getBoundingClientRect();
    return [(clientY - seen.top) / seen.height, (clientX - seen.left) / seen.width];
  };
  const placeOf = (event) => {
    const [down, right] = fractionOf(event);
    return [view.y + (1000 * down) / view.zoom, view.x + (1000 * right) / view.zoom];
  };
  const between = () => {
    const [a, b] = [...pointers.values()];
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    return [middle, Math.max(Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), 1)];
  };
  // A grip of what is chosen, or the smallest item there, however many lie above it.
  function hit({ clientX, clientY }) {
    const all = root.getRootNode().elementsFromPoint(clientX, clientY);
    const under = all.filter((each) => layer.contains(each) && each !== layer);
    const area = ({ at }) => minus(...around(at)).reduce((a, b) => a * b);
    const found = under.map((each) => find(items, each.closest(".gnb-item").dataset.id));
    found.sort((a, b) => area(a) - area(b));
    return [under.find((each) => each.matches(".gnb-grip")), found[0]];
  }
  const tried = ([name, argument]) => edits[name](drag.before, argument);
  function press(event) {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    svg.setPointerCapture(event.pointerId);
    if (pointers.size > 1) {
      cancel();
      const [middle, spread] = between();
      pinch = { place: placeOf(middle), per: view.zoom / spread };
      return;
    }
    const before = items, start = placeOf(event), kind = tool.toLowerCase();
    drag = { before, start, event, adds: tool !== "Select", holds: true };
    if (drag.adds) {
      const last = making && find(items, making).at.length - 1;
      drag.edit = making
        ? (place) => ["extended", { id: making, vertex: last, place }]
        : (place) => ["added", { kind, at: kind === "box" ? [start, place] : [place] }];
      items = tried(drag.edit(start));
      choose(making ?? items.at(-1).id);
      return focus(chosen);
    }
    const [grip, item] = hit(event);
    drag.holds = grip || item?.kind === "point" || (item && item.id === chosen) || view.zoom > 1;
    const at = grip && Number(grip.dataset.vertex), id = grip ? chosen : item?.id;
    choose(id, grip && find(items, id).kind !== "point" ? at : null);
    focus(id);
    if (grip) drag.edit = (place) => ["reshaped", { id, vertex: at, by: minus(place, start) }];
    else if (item) drag.edit = (place) => ["moved", { id, by: minus(place, start) }];
    else drag.pans = true;
  }
  function pull(event) {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, event);
    if (pinch) {
      const [middle, spread] = between();
      return zoomTo(pinch.per * spread, pinch.place, middle);
    }
    if (!drag) return;
    const { clientX, clientY } = drag.event;
    drag.moves ||= Math.hypot(event.clientX - clientX, event.clientY - clientY) > 3; // hands shake
    if (!drag.moves) return;
    if (drag.pans) {
      const [y, x] = minus(placeOf(event), drag.start);
      return look({ ...view, y: view.y - y, x: view.x - x });
    }
    items = tried(drag.edit(placeOf(event)));
    frame ||= requestAnimationFrame(draw); // at most one drawing a frame
  }
  function release(event) {
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = null;
    if (!drag?.edit || event.type === "pointercancel") return cancel();
    const { before, adds, moves, edit } = drag, [name, argument] = edit(placeOf(event));
    if (!moves && (!adds || argument.kind === "box")) {
      cancel();
      return adds && say("drag to draw a box");
    }
    drag = null;
    commit(before, name, argument);
    if (!adds) return;
    if (tool !== "Path") tool = "Select";
    else if (making && items === before) return leave(); // where the last point is already
    else making = chosen;
    draw();
    // A finger would open the keyboard of a screen.
    if (!making && event.pointerType === "mouse") input.focus();
  }
  function cancel() {
    if (drag) items = drag.before;
    drag = null;
    settle();
  }

  // --- What is seen of the picture.
  // Zoom so that `place` lies under a pointer; without them, about the middle.
  function zoomTo(zoom, place = null, event = null) {
    const [down, right] = event ? fractionOf(event) : [0.5, 0.5], next = clamp(zoom, 1, 40);
    const [y, x] = place ?? [view.y + 500 / view.zoom, view.x + 500 / view.zoom];
    look({ y: y - (1000 * down) / next, x: x - (1000 * right) / next, zoom: next });
  }
  function look({ y, x, zoom }) {
    const most = 1000 - 1000 / zoom;
    view = { y: clamp(y, 0, most), x: clamp(x, 0, most), zoom };
    const seen = [view.x * width, view.y * height, 1000 * width / zoom, 1000 * height / zoom];
    svg.setAttribute("viewBox", seen.map((value) => value / 1000).join(" "));
    // Dots and labels are in pixels of the screen: zooming changes nothing but this.
    svg.style.setProperty("--gnb-unit", width / zoom / (svg.clientWidth || width));
    svg.dataset.zoomed = zoom > 1;
    buttons["Zoom out"].ariaDisabled = buttons.Fit.ariaDisabled = zoom === 1;
  }
  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    const { colours = {}, paths = [] } = told("looks", {});
    const ids = new Set(items.map(({ id }) => id));
    const pixels = (places) => places.map(([y, x]) => [(x * width) / 1000, (y * height) / 1000]);
    let last = null;
    for (const [id, node] of nodes) if (!ids.has(id) && nodes.delete(id)) node.remove();
    for (const item of items) {
      if (!nodes.has(item.id)) { // kept from now on: what is made anew would lose the focus
        const attributes = { class: "gnb-item", role: "button", tabindex: 0, "data-id": item.id };
        const node = element("g", attributes, layer);
        nodes.set(item.id, node);
        layer.insertBefore(node, last ? last.nextSibling : layer.firstChild);
      }
      last = nodes.get(item.id);
      const alike = items.find(({ id, label }) => label === item.label && colours[id]);
      const colour = colours[item.id] ?? colours[alike?.id] ?? UNKNOWN;
      const isChosen = item.id === chosen, point = isChosen ? vertex : null;
      const look = [item, ...colour, isChosen, point];
      if (drawn.get(last)?.every((value, at) => value === look[at])) continue;
      drawItem(last, item, pixels, colour, isChosen, point);
      drawn.set(last, look);
    }
    lines.replaceChildren();
    for (const path of paths) { // points that make one path together
      const places = path.map((id) => find(items, id)?.at[0]).filter(Boolean);
      const [stroke] = colours[path[0]] ?? UNKNOWN;
      element("polyline", { points: pixels(places).join(" "), stroke, fill: "none" }, lines);
    }
    const item = find(items, chosen);
    svg.dataset.tool = tool;
    for (const name of TOOLS) buttons[name].ariaPressed = name === tool;
    buttons.Accept.ariaDisabled = buttons.Delete.ariaDisabled = form.hidden = !item;
    buttons.Undo.ariaDisabled = !past.length;
    buttons.Redo.ariaDisabled = !future.length;
    if (item && focused() !== input) input.value = item.label;
    if (item && !drag) showLabels("");
  }
  function showLabels(typed) {
    const labels = [...new Set(items.map(({ label }) => label))].filter(Boolean);
    chips.replaceChildren();
    for (const label of labels.filter((each) => each.includes(typed)).slice(0, MOST_LABELS)) {
      const chip = element("button", { type: "button" }, chips, label);
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
    zoomTo(view.zoom * Math.exp(-event.deltaY / 300), placeOf(event), event);
  }, { passive: false });
  // One finger scrolls the page, but where it holds what is chosen; two are ours.
  const hold = (event) => (event.touches.length > 1 || drag?.holds) && event.preventDefault();
  for (const name of ["touchstart", "touchmove"])
    svg.addEventListener(name, hold, { passive: false });
  input.onfocus = () => { labelled = chosen; };
  input.oninput = () => showLabels(input.value);
  input.onchange = () => apply("relabelled", { id: labelled, label: input.value });
  // On the root: a focus listener on an SVG element makes it a stop of the Tab key in Chromium.
  root.addEventListener("focusin", ({ target }) => {
    const item = find(items, target.closest(".gnb-item")?.dataset.id);
    if (!item || item.id === chosen) return;
    choose(item.id);
    const [[top, left], [bottom, right]] = around(item.at), { y, x, zoom } = view;
    const isSeen = bottom > y && right > x && top < y + 1000 / zoom && left < x + 1000 / zoom;
    if (!isSeen) zoomTo(zoom, [(top + bottom) / 2, (left + right) / 2]);
  });
  root.onkeydown = (event) => {
    if (pressedKey(event)) event.preventDefault();
    if (event.key !== "Tab") event.stopPropagation();
  };
  const heard = {
    // From the kernel, or from another view: a new beginning.
    "change:items": () => {
      if (JSON.stringify(told("items", [])) === JSON.stringify(items)) return;
      [items, past.length, future.length, drag] = [told("items", []), 0, 0, null];
      settle();
    },
    "change:looks": draw,
    "change:problem": () => { problem.textContent = told("problem", ""); },
    "change:backdrop": () => {
      const text = encodeURIComponent(told("backdrop", ""));
      backdrop.setAttribute("href", text && `data:image/svg+xml,${text}`); // where no script runs
    },
  };
  for (const [event, act] of Object.entries(heard)) model.on(event, act);
  heard["change:backdrop"]();
  const observer = new ResizeObserver(() => look(view));
  observer.observe(svg);
  look(view);
  draw();
  root.dataset.ready = "true";
  return () => {
    for (const [event, act] of Object.entries(heard)) model.off(event, act);
    observer.disconnect();
    cancelAnimationFrame(frame);
    URL.revokeObjectURL(url);
  };
}

export default { render };
