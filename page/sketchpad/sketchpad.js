// Gradio calls this with: element, props, trigger, watch.
//
// A drawing is a list of actions, so that undo takes back a clear as it does a stroke:
//     { line: [x, y, x, y, …], width, erase }    in units of the canvas, 0 to SIDE
//     { uri: "data:…" }    a picture in place of all before it: a photo if it is a JPEG; "" is blank
const SIDE = 320; // of the value, in pixels
const STORED = 960; // the longer side of a photo here, in pixels,
const SENT = 480; // and of what is sent of it
const EVERY = 100; // milliseconds between events while the pen is down
const ERASER = 2.5; // times as wide as the pen
const LEAST = 20; // units: a smaller frame around a part of a photo is a slip of the hand
const KEPT = 1_000_000; // characters in sessionStorage

const find = (selector) => element.querySelector(selector);
const words = props.translations[document.documentElement.lang.slice(0, 2)] ?? {};
const say = (text) => words[text] ?? text;
const canvas = find("canvas");
const images = new Map(); // decoded, by their URIs
let actions = [];
let undone = [];
let tool = "pen";
let width = 7;
let line = null; // under the pen: the last of the actions
let corner = null; // where a frame around a part of a photo begins
let due = 0; // the timer of the next event while the pen is down

// What is on the pad. The first line on a photo begins a new drawing.
function content() {
    const base = actions.findLastIndex((action) => "uri" in action);
    const uri = actions[base]?.uri ?? "";
    const lines = actions.slice(base + 1);
    const isPhoto = uri.startsWith("data:image/jpeg") && !lines.length;
    const ink = uri.startsWith("data:image/jpeg") ? "" : uri;
    const isBlank = !isPhoto && !ink && !lines.some((action) => !action.erase);
    return { photo: isPhoto && images.get(uri), ink: images.get(ink), lines, isBlank };
}

function newCanvas(width, height) {
    const made = Object.assign(document.createElement("canvas"), { width, height });
    const pen = made.getContext("2d");
    pen.imageSmoothingQuality = "high";
    return [made, pen];
}

// Where an image stands in the middle of a square: [left, top, width, height].
function fitted({ width, height }, side) {
    const scale = side / Math.max(width, height);
    return [(side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale];
}

function paint(pen, side) {
    const { photo, ink, lines } = content();
    if (photo) return pen.drawImage(photo, ...fitted(photo, side));
    if (ink) pen.drawImage(ink, ...fitted(ink, side));
    pen.scale(side / SIDE, side / SIDE);
    pen.lineCap = pen.lineJoin = "round";
    for (const { line, width, erase } of lines) {
        pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
        pen.lineWidth = width * (erase ? ERASER : 1);
        pen.beginPath();
        pen.moveTo(line[0], line[1]);
        // Not exactly the same point: a dot shows.
        for (let at = 0; at < line.length; at += 2) pen.lineTo(line[at], line[at + 1] + 0.01);
        pen.stroke();
    }
}

// A part of an image as a JPEG, at most `longest` pixels a side, on white.
function photoOf(image, longest, [x, y, w, h] = [0, 0, image.width, image.height]) {
    const scale = Math.min(1, longest / Math.max(w, h));
    const [paper, pen] = newCanvas(Math.ceil(w * scale), Math.ceil(h * scale));
    pen.fillStyle = "white";
    pen.fillRect(0, 0, paper.width, paper.height);
    pen.drawImage(image, x, y, w, h, 0, 0, paper.width, paper.height);
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
    const { photo, isBlank } = content();
    if (photo) return photoOf(photo, SENT);
    if (isBlank) return ""; // not null: that would come back by `watch`
    const [paper, pen] = newCanvas(SIDE, SIDE);
    paint(pen, SIDE);
    return paper.toDataURL();
}

function show() {
    const { photo, lines, isBlank } = content();
    canvas.width = canvas.height = Math.round(canvas.clientWidth * devicePixelRatio) || SIDE;
    paint(canvas.getContext("2d"), canvas.width);
    element.toggleAttribute("data-blank", isBlank);
    element.toggleAttribute("data-photo", Boolean(photo));
    if (!photo && tool === "crop") tool = "pen";
    find(".widths").hidden = Boolean(photo);
    find(".photos").hidden = !photo;
    const off = { undo: !actions.length, redo: !undone.length, clear: isBlank };
    for (const button of element.querySelectorAll("button")) {
        const data = button.dataset;
        if (data.act in off) button.disabled = off[data.act];
        if (data.tool) button.ariaPressed = data.tool === tool;
        if (data.width) button.ariaPressed = Number(data.width) === width;
    }
    if (line) return;
    find(".state").textContent = isBlank ? say("Blank")
        : !lines.length ? say("A picture")
        : `${say("Strokes:")} ${lines.length}`;
}

function send() {
    clearTimeout(due);
    due = 0;
    props.value = value();
    trigger("input");
}

function changed() {
    show();
    send();
    keep();
}

// For a refresh, and for Gradio's own reload after a lost connection.
function keep() {
    if (!props.keep_as) return;
    const base = actions.findLastIndex((action) => "uri" in action);
    const texts = [actions, actions.slice(Math.max(base, 0))].map((each) => JSON.stringify(each));
    try {
        sessionStorage.setItem(props.keep_as, texts.find((text) => text.length < KEPT) ?? "[]");
    } catch {} // no room, or forbidden: a refresh begins anew
}

async function decode(uri) {
    if (!uri || images.has(uri)) return;
    const image = new Image();
    image.src = uri;
    await image.decode();
    images.set(uri, image);
}

function act(action) {
    actions.push(action);
    undone = [];
    changed();
}

const acts = {
    undo: () => actions.length && (undone.push(actions.pop()), changed()),
    redo: () => undone.length && (actions.push(undone.pop()), changed()),
    clear: () => content().isBlank || act({ uri: "" }),
    turn: () => putPhoto(turned(content().photo)),
};

async function putPhoto(uri) {
    await decode(uri);
    act({ uri });
}

// A file: chosen, pasted or dropped. It is made small here: the whole photo never leaves the browser.
async function give(file) {
    if (!file) return;
    try {
        await putPhoto(photoOf(await createImageBitmap(file), STORED));
    } catch {
        find(".state").textContent = say("This file is no picture that can be read.");
    }
}

function place(event) {
    const box = canvas.getBoundingClientRect();
    const scale = SIDE / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

function frameTo([x, y]) {
    const [u, v] = corner;
    return [Math.min(x, u), Math.min(y, v), Math.abs(x - u), Math.abs(y - v)];
}

function crop(frame) {
    const { photo } = content();
    const [left, top, w] = fitted(photo, SIDE);
    const scale = photo.width / w;
    const within = (at, most) => Math.min(Math.max(at * scale, 0), most);
    const [x, right] = [frame[0], frame[0] + frame[2]].map((at) => within(at - left, photo.width));
    const [y, bottom] = [frame[1], frame[1] + frame[3]].map((at) => within(at - top, photo.height));
    if (Math.min(right - x, bottom - y) < LEAST * scale) return;
    tool = "pen";
    putPhoto(photoOf(photo, STORED, [x, y, right - x, bottom - y]));
}

canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary || line) return;
    canvas.setPointerCapture(event.pointerId);
    if (tool === "crop") return void (corner = place(event));
    line = place(event);
    actions.push({ line, width, erase: tool === "eraser" });
    undone = [];
    show();
});
canvas.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    if (corner) {
        const [left, top, w, h] = frameTo(place(event)).map((units) => `${(100 * units) / SIDE}%`);
        Object.assign(find(".frame").style, { left, top, width: w, height: h });
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
    if (corner) {
        crop(frameTo(place(event)));
        corner = null;
        find(".frame").hidden = true;
    }
    if (!line) return;
    line.splice(0, line.length, ...line.map((units) => Math.round(10 * units) / 10));
    line = null;
    changed();
}
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, lift);

element.addEventListener("click", (event) => {
    const data = event.target.closest("button")?.dataset ?? {};
    if (data.act) acts[data.act]();
    if (data.tool) tool = data.tool === tool ? "pen" : data.tool;
    if (data.width) width = Number(data.width);
    show();
});
// Also while nothing has the focus, such as after a click on a button that is disabled by it.
document.addEventListener("keydown", (event) => {
    const isOurs = event.target === document.body && canvas.getBoundingClientRect().bottom > 0;
    if (!isOurs && !element.contains(event.target)) return;
    const key = event.key.toLowerCase();
    const control = event.ctrlKey || event.metaKey;
    const name = control && (key === "y" || (key === "z" && event.shiftKey)) ? "redo"
        : control && key === "z" ? "undo"
        : ["escape", "delete", "backspace"].includes(key) ? "clear"
        : null;
    if (!name || line) return;
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

// Only for values from Python, such as an example; never for our own.
watch("value", async () => {
    const uri = props.value ?? "";
    await decode(uri);
    actions.push({ uri });
    undone = [];
    show();
    keep();
});

for (const each of element.querySelectorAll("[title], [aria-label], span")) {
    for (const name of ["title", "aria-label"])
        if (each.hasAttribute(name)) each.setAttribute(name, say(each.getAttribute(name)));
    if (each.matches("button")) each.ariaLabel = each.title;
    if (!each.children.length && each.matches("span")) each.textContent = say(each.textContent);
}
new ResizeObserver(show).observe(canvas); // also when a hidden tab is shown

async function restore() {
    try {
        actions = JSON.parse((props.keep_as && sessionStorage.getItem(props.keep_as)) || "[]");
        await Promise.all(actions.map((action) => decode(action.uri)));
    } catch {
        actions = []; // kept by another version of this script
    }
    if (actions.length) return changed();
    if (props.value) {
        await decode(props.value);
        actions = [{ uri: props.value }];
    }
    show();
}
restore();
