// The pad: a drawing as a list of actions. Undo takes the last one back, so that clearing, an
// example or a photo can be undone as a stroke can.
//
// An action is one of
//     { line: [x, y, x, y, …], width, erase }    in units of the canvas, 0 to SIDE
//     { clear: true }
//     { example: [[x, y, …], …] }
//     { photo: "data:…" }, { turn: true }, { crop: [left, top, width, height] }    in 0 to 1

import { drawPhoto, framed, loaded, photoPicture } from "./photo.js";

export const SIDE = 320; // of the picture that is read, in pixels
const ERASER = 2.5; // times as wide as the pen
const BASES = ["clear", "example", "photo"]; // each replaces all before it
const KEPT = 1_000_000; // characters in the browser's session storage

const context = (canvas) => canvas.getContext("2d", { willReadFrequently: true });

function trace(pen, line, width, erase) {
    pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = width * (erase ? ERASER : 1);
    pen.beginPath();
    pen.moveTo(line[0], line[1]);
    for (let at = 0; at < line.length; at += 2) pen.lineTo(line[at], line[at + 1] + 0.01); // a dot shows
    pen.stroke();
}

export class Pad {
    // `changed(lifted)` is called after every change; `lifted` is false while the pen is down.
    constructor(canvas, changed) {
        Object.assign(this, { canvas, changed, tool: "pen", width: 7 });
        this.actions = [];
        this.undone = [];
        this.line = null; // under the pen, also the last of `actions`
        new ResizeObserver(() => this.show()).observe(canvas);
        canvas.addEventListener("pointerdown", (event) => this.begin(event));
        canvas.addEventListener("pointermove", (event) => this.extend(event));
        for (const end of ["pointerup", "pointercancel"])
            canvas.addEventListener(end, (event) => this.end(event));
    }

    // What is on the pad: { photo, steps } or { lines }, since the last action that replaced all.
    content() {
        const last = this.actions.findLastIndex((action) => BASES.some((base) => base in action));
        const { photo, example = [] } = this.actions[last] ?? {};
        const later = this.actions.slice(last + 1);
        const lines = [
            ...example.map((line) => ({ line, width: 10 })),
            ...later.filter((action) => action.line),
        ];
        if (photo && !lines.length) return { photo, steps: later };
        return { lines };
    }

    get isBlank() {
        const { photo, lines } = this.content();
        return !photo && !lines.some((line) => !line.erase);
    }

    // Whether any of it is in the window: what is out of sight is not cleared by a key.
    get isSeen() {
        const { top, bottom } = this.canvas.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    }

    // The picture to be read, as a data URI; null if there is nothing.
    async picture() {
        const { photo, steps, lines } = this.content();
        if (photo) return photoPicture(await loaded(photo), steps);
        if (this.isBlank) return null;
        const paper = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
        const pen = context(paper);
        for (const { line, width, erase } of lines) trace(pen, line, width, erase);
        pen.globalCompositeOperation = "destination-over";
        pen.fillStyle = "white";
        pen.fillRect(0, 0, SIDE, SIDE);
        return paper.toDataURL();
    }

    async show() {
        const { canvas } = this;
        const { photo, steps, lines } = this.content();
        const image = photo && (await loaded(photo).catch(() => null));
        if (photo !== this.content().photo) return; // an undo came first
        const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
        canvas.width = canvas.height = side; // empties it, too
        canvas.classList.toggle("photo", Boolean(photo));
        const pen = context(canvas);
        if (image) return drawPhoto(pen, image, steps, side);
        pen.scale(side / SIDE, side / SIDE);
        for (const { line, width, erase } of lines ?? []) trace(pen, line, width, erase);
    }

    act(action) {
        this.actions.push(action);
        this.undone = [];
        this.update();
    }

    undo() {
        if (this.actions.length) this.undone.push(this.actions.pop());
        this.update();
    }

    redo() {
        if (this.undone.length) this.actions.push(this.undone.pop());
        this.update();
    }

    clear() {
        if (!this.isBlank) this.act({ clear: true });
    }

    update() {
        this.show();
        this.keep();
        this.changed(true);
    }

    // The browser keeps the drawing while its tab is open: refreshing does not lose it.
    keep() {
        const last = this.actions.findLastIndex((action) => BASES.some((base) => base in action));
        const texts = [0, Math.max(last, 0)].map((from) => JSON.stringify(this.actions.slice(from)));
        try {
            sessionStorage.setItem("drawing", texts.find((text) => text.length < KEPT) ?? "[]");
        } catch {
            // The browser has no room, or is told to keep nothing: a refresh begins anew.
        }
    }

    restore() {
        try {
            this.actions = JSON.parse(sessionStorage.getItem("drawing")) ?? [];
            this.update();
        } catch {
            this.actions = []; // kept by another version of this page
        }
    }

    point(event) {
        const box = this.canvas.getBoundingClientRect();
        const scale = SIDE / box.width;
        return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    }

    begin(event) {
        if (event.button || !event.isPrimary || this.line) return;
        event.preventDefault();
        this.canvas.focus({ preventScroll: true });
        this.canvas.setPointerCapture(event.pointerId);
        if (this.tool === "crop" && this.content().photo) {
            this.corner = this.point(event);
            return;
        }
        this.line = { line: this.point(event), width: this.width, erase: this.tool === "eraser" };
        this.actions.push(this.line);
        this.undone = [];
        this.show();
        this.changed(false);
    }

    extend(event) {
        if (!event.isPrimary) return;
        if (this.corner) return this.framing(framed(this.corner, this.point(event)));
        if (!this.line) return;
        const events = event.getCoalescedEvents?.() ?? [];
        const { line, width, erase } = this.line;
        const from = line.length - 2;
        for (const each of events.length ? events : [event]) line.push(...this.point(each));
        trace(context(this.canvas), line.slice(from), width, erase); // the rest is there already
        this.changed(false);
    }

    end(event) {
        if (!event.isPrimary) return;
        if (this.corner) {
            const frame = framed(this.corner, this.point(event));
            this.corner = null;
            this.framing(null);
            return this.crop(frame);
        }
        if (!this.line) return;
        this.line.line = this.line.line.map((number) => Math.round(number * 10) / 10);
        this.line = null;
        this.update();
    }

    framing() {} // called with the frame that a crop would have now, in units of the canvas, or null

    async crop(frame) {
        const { photo, steps } = this.content();
        const crop = drawPhoto(null, await loaded(photo), steps, SIDE, frame);
        if (!crop) return;
        this.tool = "pen";
        this.act({ crop });
    }
}
