() => {
    const pad = document.getElementById("pad");
    const tools = () => pad.querySelectorAll(".top-panel .separator ~ button"); // undo, redo, clear

    // What the rest of this file relies on in Gradio's editor, looked for once, when the page opens.
    const RELIED_ON = {
        "undo, redo, clear": () => tools().length === 3 && tools()[0].disabled,
        "a brush": () => pad.querySelector(".toolbar-wrap button") !== null,
        "a chosen tool": () => pad.querySelector(".toolbar-wrap .highlight") !== null,
        "a named canvas": () => wrap() !== null,
    };
    const wrap = () => pad.querySelector("[aria-label='Click to upload or drop files'], [role=group]");
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

    // Gradio's editor chooses the brush when it starts, and at once takes it back: what it does
    // when its value becomes empty also runs for the empty value of the start, and again at each
    // clear. So that the next stroke draws, choose the brush whenever no tool is chosen. The first
    // tool is the brush; its label is no way to find it, being translated.
    const chooseBrush = () => {
        if (!pad.querySelector(".toolbar-wrap .highlight"))
            pad.querySelector(".toolbar-wrap button")?.click();
    };
    new MutationObserver(chooseBrush).observe(pad, {
        attributes: true, attributeFilter: ["class"], childList: true, subtree: true,
    });
    chooseBrush();

    // After each stroke the editor turns three canvases into files, with toBlob, and posts each
    // before it asks for the answer. But toBlob waits until the browser is idle, which it is not
    // for half a second: the editor animates that long after a stroke. So hand the editor no file:
    // it then posts nothing, and at once tells of the change. The last canvas of the three is the
    // whole drawing, and goes to the server with the question itself.
    let canvas = null;
    const toBlob = HTMLCanvasElement.prototype.toBlob;
    HTMLCanvasElement.prototype.toBlob = function (done, ...format) {
        if (this.isConnected || format.length) return toBlob.call(this, done, ...format);
        canvas = this;
        done(null);
    };

    // A photo is reduced here, for speed and for privacy, and lies over the canvas until one draws.
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
    let latest = 0; // of the photos: a larger one may be ready later, or after a clear
    const show = async (file) => {
        if (!file) return;
        const number = ++latest;
        const address = await reduced(file).catch(() => null);
        if (number !== latest) return;
        if (address) {
            shown.src = address;
            pad.append(shown);
        }
        refused = !address; // no picture: the server says so, in its words
        changed();
    };
    const hide = () => {
        latest++;
        if (!shown.isConnected) return false;
        shown.remove();
        changed();
        return true;
    };
    // A click comes without a pointer where a key or a screen reader presses the button.
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

    // What is to be read, as the address of a picture; null if nothing is drawn. Undo, if there is
    // nothing to undo, is disabled: after a clear, for example.
    window.drawing = () => {
        if (refused) {
            refused = false;
            return "data:,";
        }
        if (shown.isConnected) return shown.src;
        if (tools()[0].disabled) return null;
        if (!canvas) fail("a drawing");
        return canvas?.toDataURL() ?? null;
    };

    // Keys, unless one is typing: undo, redo, clear.
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
        if (!wasPhoto || button === clear) button.click(); // undoing a photo undoes no stroke
    });

    // For screen readers: the language, the answer read out, the canvas not called an upload.
    window.nameParts = () => {
        const canvas = document.querySelector("#photo i");
        document.documentElement.lang = canvas.lang;
        document.title = document.querySelector("#heading h1").textContent;
        for (const id of ["answer", "thanks"])
            document.getElementById(id)?.setAttribute("aria-live", "polite");
        wrap()?.setAttribute("aria-label", canvas.textContent);
        wrap()?.setAttribute("role", "group");
    };
}
