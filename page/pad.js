() => {
    const pad = document.getElementById("pad");
    const tools = () => pad.querySelectorAll(".top-panel .separator ~ button"); // undo, redo, clear

    // What this file relies on in Gradio's editor, checked once when the page opens.
    const RELIED_ON = {
        "undo, redo, clear": () => tools().length === 3,
        "a brush": () => pad.querySelector(".toolbar-wrap button") !== null,
        "a chosen tool": () => pad.querySelector(".toolbar-wrap .highlight") !== null,
        "a canvas with a name": () => frame() !== null,
    };
    const frame = () => pad.querySelector(".image-container[aria-label]"); // of the canvas
    const fail = (missing) => {
        const text = `This page does not fit its version of Gradio (${missing}): drawing may not work.`;
        const alert = Object.assign(document.createElement("p"), { id: "broken", textContent: text });
        alert.setAttribute("role", "alert");
        if (!document.getElementById("broken")) pad.before(alert);
    };
    const checkEditor = (patience = 20) => {
        const missing = Object.keys(RELIED_ON).filter((name) => !RELIED_ON[name]());
        if (missing.length === 0) return;
        const opened = pad.querySelector("canvas") !== null;
        if (opened && patience === 0) fail(missing.join("; "));
        else setTimeout(checkEditor, 250, opened ? patience - 1 : patience);
    };
    checkEditor();

    // Gradio's editor selects the brush at the start, and at once deselects it: its handler for an
    // empty value runs for the initial value, too, and at each clear. So select the brush whenever
    // no tool is selected. It is the first tool; its label is translated.
    const chooseBrush = () => {
        if (!pad.querySelector(".toolbar-wrap .highlight"))
            pad.querySelector(".toolbar-wrap button")?.click();
    };
    new MutationObserver(chooseBrush).observe(pad, {
        attributes: true, attributeFilter: ["class"], childList: true, subtree: true,
    });
    chooseBrush();

    // After each stroke the editor exports three canvases with toBlob, and uploads each before it
    // requests the answer. But toBlob waits until the browser is idle, and the editor animates for
    // half a second after a stroke. So give the editor no file: it uploads nothing and reports the
    // change at once. The last of the three canvases is the whole drawing; the request carries it.
    let canvas = null;
    const toBlob = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function (done, ...format) {
        if (this.isConnected || format.length) return toBlob.call(this, done, ...format);
        canvas = this;
        done(null);
    };

    // A photo is reduced here, for speed and privacy, and covers the canvas until the next stroke.
    const shown = Object.assign(new Image(), { id: "shown", alt: "" });
    const reduced = async (file) => {
        const photo = await createImageBitmap(file);
        const scale = Math.min(1, 480 / Math.max(photo.width, photo.height));
        const small = document.createElement("canvas");
        small.width = Math.max(1, Math.round(photo.width * scale));
        small.height = Math.max(1, Math.round(photo.height * scale));
        const context = small.getContext("2d");
        context.imageSmoothingQuality = "high";
        context.fillStyle = "white";
        context.fillRect(0, 0, small.width, small.height);
        context.drawImage(photo, 0, 0, small.width, small.height);
        return small.toDataURL("image/jpeg", 0.92);
    };
    const changed = () => document.dispatchEvent(new Event("photo"));
    let refused = false;
    let latest = 0; // photo: an earlier, larger one may be ready later, or after a clear
    const show = async (file) => {
        if (!file) return;
        const number = ++latest;
        const address = await reduced(file).catch(() => null);
        if (number !== latest) return;
        if (address) {
            shown.src = address;
            pad.append(shown);
        }
        refused = !address; // not a picture: the server words the message
        changed();
    };
    const hide = () => {
        latest++;
        if (!shown.isConnected) return false;
        shown.remove();
        changed();
        return true;
    };
    // Keyboards and screen readers click without a pointer event.
    for (const kind of ["pointerdown", "click"])
        pad.addEventListener(kind, (event) => event.isTrusted && hide(), true);
    addEventListener("change", ({ target }) => {
        if (!target.matches("#photo input")) return;
        show(target.files[0]);
        target.value = "";
    });
    addEventListener("paste", (event) => show(event.clipboardData.files[0]));
    addEventListener("dragover", (event) => event.preventDefault());
    addEventListener("drop", (event) => {
        event.preventDefault();
        show(event.dataTransfer.files[0]);
    });

    // The drawing or photo as a data URI; null if nothing is drawn, that is, undo is disabled.
    window.drawing = () => {
        if (refused) {
            refused = false;
            return "data:,";
        }
        if (shown.isConnected) return shown.src;
        if (tools()[0].disabled) return null;
        if (!canvas) setTimeout(() => canvas ?? fail("a drawing"), 5000); // it may come a little later
        return canvas?.toDataURL() ?? null;
    };

    // Keyboard shortcuts, except while typing: undo, redo, clear.
    addEventListener("keydown", (event) => {
        if (event.target.matches?.("input:not([type=file]), textarea")) return;
        const [undo, redo, clear] = tools();
        const key = event.key?.toLowerCase();
        const control = event.ctrlKey || event.metaKey;
        const button = control && (key === "y" || (key === "z" && event.shiftKey)) ? redo
            : control && key === "z" ? undo
            : key === "escape" || key === "delete" || key === "backspace" ? clear
            : null;
        if (!button) return;
        event.preventDefault();
        const wasPhoto = hide();
        if (!wasPhoto || button === clear) button.click(); // undoing a photo must not undo a stroke
    });

    // For screen readers: the language, live regions, and a canvas that is not named an upload.
    window.nameParts = () => {
        const canvas = document.querySelector("#photo i");
        document.documentElement.lang = canvas.lang;
        document.title = document.querySelector("#heading h1").textContent;
        for (const id of ["answer", "thanks"])
            document.getElementById(id)?.setAttribute("aria-live", "polite");
        frame()?.setAttribute("aria-label", canvas.textContent);
        frame()?.setAttribute("role", "group");
    };
}
