// Gradio calls this with: element, props, trigger, watch.
//
// A drawing is a list of actions, so undo works for a clear as for a stroke:
//     { line: [x, y, x, y, …], width, erase }    in units of the canvas, 0 to SIDE
//     { uri: "data:…", image }    in place of all before it: a photo if it is a JPEG; "" is blank
const SIDE = 320; // of the value, in pixels
const STORED = 960; // pixels: longer side of a stored photo
const SENT = 480; // pixels: longer side of a sent photo
const EVERY = 100; // milliseconds between events while the pen is down
const LEAST = 20; // units: a smaller crop is ignored

const find = (selector) => element.querySelector(selector);
const words = props.translations[document.documentElement.lang.slice(0, 2)] ?? {};
const say = (text) => words[text] ?? text;
const canvas = find("canvas");
let actions = [];
let undone = [];
let tool = "pen";
let width = 7;
let line = null; // under the pen: the last of the actions
let corner = null; // the first corner of a crop
let due = 0; // the timer of the next event while the pen is down

// What is on the pad: an image or none, and lines.
function content() {
    const base = Math.max(actions.findLastIndex((action) => "uri" in action), 0);
    const image = actions[base]?.image;
    const lines = actions.slice(base).filter((action) => action.line);
    const isPhoto = image?.src.startsWith("data:image/jpeg") ?? false;
    return { base, image, isPhoto, lines, isBlank: !image && lines.every((action) => action.erase) };
}

function newCanvas(width, height) {
    const paper = Object.assign(document.createElement("canvas"), { width, height });
    return [paper, paper.getContext("2d")];
}

// Where an image stands in the middle of a square: [left, top, width, height].
function fitted({ width, height }, side) {
    const scale = side / Math.max(width, height);
    return [(side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale];
}

function paint(pen, side) {
    const { image, lines } = content();
    if (image) pen.drawImage(image, ...fitted(image, side));
    pen.scale(side / SIDE, side / SIDE);
    pen.lineCap = pen.lineJoin = "round";
    for (const { line, width, erase } of lines) {
        pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
        pen.lineWidth = erase ? 2.5 * width : width;
        pen.beginPath();
        pen.moveTo(line[0], line[1]);
        // The offset makes a dot visible.
        for (let at = 0; at < line.length; at += 2) pen.lineTo(line[at], line[at + 1] + 0.01);
        pen.stroke();
    }
}

// The background for transparent parts of a picture: white, or black if its ink is light.
function paperFor(image) {
    const [paper, pen] = newCanvas(64, 64);
    pen.drawImage(image, 0, 0, 64, 64);
    const { data } = pen.getImageData(0, 0, paper.width, paper.height);
    let [light, opaque] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
        light += (data[at] + data[at + 1] + data[at + 2]) * data[at + 3];
        opaque += data[at + 3];
    }
    return light > 3 * 128 * opaque ? "black" : "white";
}

// A part of an image as an opaque JPEG, at most `longest` pixels a side.
function photoOf(image, longest, [x, y, w, h] = [0, 0, image.width, image.height]) {
    const scale = Math.min(1, longest / Math.max(w, h));
    const [paper, pen] = newCanvas(Math.ceil(w * scale), Math.ceil(h * scale));
    pen.imageSmoothingQuality = "high";
    pen.fillStyle = paperFor(image);
    pen.fillRect(0, 0, paper.width, paper.height);
    pen.scale(scale, scale);
    pen.drawImage(image, -x, -y);
    return paper.toDataURL("image/jpeg", 0.92);
}

function turned(image) {
    const [paper, pen] = newCanvas(image.height, image.width);
    pen.translate(paper.width, 0);
    pen.rotate(Math.PI / 2);
    pen.drawImage(image, 0, 0);
    return photoOf(paper, STORED);
}

function value() {
    const { image, isPhoto, isBlank } = content();
    if (isPhoto) return photoOf(image, SENT);
    if (isBlank) return ""; // not null, which would trigger `watch`
    const [paper, pen] = newCanvas(SIDE, SIDE);
    paint(pen, SIDE);
    return paper.toDataURL();
}

function show() {
    const { isPhoto, isBlank, lines } = content();
    canvas.width = canvas.height = Math.round(canvas.clientWidth * devicePixelRatio) || SIDE;
    paint(canvas.getContext("2d"), canvas.width);
    if (!isPhoto && tool === "crop") tool = "pen";
    element.toggleAttribute("data-blank", isBlank);
    element.toggleAttribute("data-photo", isPhoto);
    const off = { undo: !actions.length, redo: !undone.length, clear: isBlank };
    for (const button of element.querySelectorAll("button")) {
        const data = button.dataset;
        if (data.act in off) button.disabled = off[data.act];
        if (data.tool) button.ariaPressed = data.tool === tool;
        if (data.width) button.ariaPressed = Number(data.width) === width;
    }
    if (!line) tell(isBlank ? "Blank" : lines.length ? "Strokes:" : "A picture", lines.length || "");
}

const tell = (text, number = "") => (find(".state").textContent = `${say(text)} ${number}`);

function send() {
    clearTimeout(due);
    due = 0;
    props.value = value();
    canvas.dispatchEvent(new Event("drawn", { bubbles: true }));
    trigger("input");
}

// Stored for a refresh, and for Gradio's reload after a lost connection.
function changed() {
    show();
    keep();
    send();
}

function keep() {
    try {
        const kept = JSON.stringify(actions.slice(content().base));
        if (props.keep_as) sessionStorage.setItem(props.keep_as, kept);
    } catch {} // no room, or forbidden: a refresh starts with a blank pad
}

async function restore() {
    try {
        const kept = props.keep_as && sessionStorage.getItem(props.keep_as);
        const all = JSON.parse(kept || "null") ?? (props.value ? [{ uri: props.value }] : []);
        actions = await Promise.all(all.map(decode));
    } catch {
        actions = []; // stored by another version of this script
    }
    content().isBlank ? show() : changed();
}

async function decode(action) {
    if (!action.uri) return action;
    const image = Object.assign(new Image(), { src: action.uri });
    await image.decode();
    return { ...action, image };
}

async function put(uri, then = changed) {
    const added = await decode({ uri });
    actions.splice(actions.length - (line ? 1 : 0), 0, added); // below a stroke begun meanwhile
    undone = [];
    then();
}

// A chosen, pasted or dropped file. It is reduced here: the full photo never leaves the browser.
async function give(file) {
    if (!file) return;
    try {
        await put(photoOf(await createImageBitmap(file), STORED));
    } catch {
        tell("This file is no picture that can be read.");
    }
}

const KEYS = { "ctrl z": "undo", "ctrl y": "redo", "ctrl shift z": "redo", escape: "clear", delete: "clear" };
const acts = {
    undo: () => actions.length && (undone.push(actions.pop()), changed()),
    redo: () => undone.length && (actions.push(undone.pop()), changed()),
    clear: () => content().isBlank || put(""),
    turn: () => put(turned(content().image)),
};

function place(event) {
    const box = canvas.getBoundingClientRect();
    const scale = SIDE / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

// The frame from its first corner to the pointer: [left, top, width, height].
function frame(event) {
    const [x, y] = place(event);
    const [u, v] = corner;
    return [Math.min(x, u), Math.min(y, v), Math.abs(x - u), Math.abs(y - v)];
}

function crop([x, y, w, h]) {
    const { image, isPhoto } = content();
    if (!isPhoto || Math.min(w, h) < LEAST) return; // another finger may have cleared it
    const [left, top, shown] = fitted(image, SIDE);
    const box = [x - left, y - top, w, h].map((units) => (units * image.width) / shown);
    tool = "pen";
    put(photoOf(image, STORED, box));
}

canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary || line) return;
    canvas.setPointerCapture(event.pointerId);
    if (tool === "crop") return void (corner = place(event));
    const { isPhoto, isBlank } = content();
    if (tool === "eraser" && (isPhoto || isBlank)) return;
    if (isPhoto) actions.push({ uri: "" }); // a line replaces a photo
    line = place(event);
    actions.push({ line, width, erase: tool === "eraser" });
    undone = [];
    show();
});
canvas.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    if (corner) {
        const [left, top, width, height] = frame(event).map((units) => `${(100 * units) / SIDE}%`);
        Object.assign(find(".frame").style, { left, top, width, height });
        find(".frame").hidden = false;
    }
    if (!line) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) line.push(...place(each));
    show();
    due ||= setTimeout(send, EVERY);
});
function lift(event) {
    if (!event.isPrimary) return;
    if (corner) crop(frame(event));
    corner = null;
    find(".frame").hidden = true;
    if (!line) return;
    line = null;
    changed();
}
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, lift);
canvas.addEventListener("resend", send); // sent by the page if an event was not answered

element.addEventListener("click", (event) => {
    const data = event.target.closest("button")?.dataset ?? {};
    if (data.tool) tool = data.tool === tool ? "pen" : data.tool;
    if (data.width) width = Number(data.width);
    (acts[data.act] ?? show)();
});
// Also without focus, which is lost when a click disables the button.
document.addEventListener("keydown", (event) => {
    const isTyped = event.target.closest("input, textarea") && !element.contains(event.target);
    const { x, width, top, bottom } = canvas.getBoundingClientRect();
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2; // of what is in the window
    const isSeen = document.elementFromPoint(x + width / 2, y) === canvas;
    if (line || corner || isTyped || !isSeen) return; // scrolled away, or behind the API's panel
    const control = event.ctrlKey || event.metaKey ? "ctrl " : "";
    const name = KEYS[control + (event.shiftKey ? "shift " : "") + event.key.toLowerCase()];
    if (!name) return;
    event.preventDefault();
    acts[name]();
});
find("input").addEventListener("change", ({ target }) => {
    give(target.files[0]);
    target.value = "";
});
element.addEventListener("dragover", (event) => event.preventDefault());
element.addEventListener("drop", (event) => {
    event.preventDefault();
    give(event.dataTransfer.files[0]);
});
document.addEventListener("paste", (event) => {
    if (!event.target.closest?.("input, textarea")) give(event.clipboardData.files[0]);
});

// Called for values from Python, such as an example, not for our own.
watch("value", () => put(props.value ?? "", () => (show(), keep())));

for (const each of element.querySelectorAll("[title], [aria-label], .photo span")) {
    if (each.title) each.ariaLabel = each.title = say(each.title);
    else if (each.ariaLabel) each.ariaLabel = say(each.ariaLabel);
    else each.textContent = say(each.textContent);
}
new ResizeObserver(show).observe(canvas); // also when a hidden tab is shown
restore();
