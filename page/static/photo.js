// Photos: reduced in the browser, for speed and privacy, then turned and cropped as asked.

const STORED = 960; // pixels: the longer side of a photo on the pad
const SENT = 480; // and of what is sent to be read
const LEAST = 0.04; // of the photo: a smaller frame is a slip of the hand

const images = new Map(); // the decoded image of each photo

function canvasOf(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width));
    canvas.height = Math.max(1, Math.round(height));
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    return [canvas, pen];
}

function scaled(image, longest) {
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const [canvas, pen] = canvasOf(image.width * scale, image.height * scale);
    pen.fillStyle = "white"; // under what is transparent
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
}

// The photo in a file as a data URI; rejects if it is not a picture.
export async function reduced(file) {
    return scaled(await createImageBitmap(file), STORED).toDataURL("image/jpeg", 0.9);
}

// The decoded image of a photo's data URI.
export function loaded(photo) {
    if (!images.has(photo)) {
        const image = new Image();
        image.src = photo;
        images.set(photo, image.decode().then(() => image));
    }
    return images.get(photo);
}

// The image after its turns and crops.
function transformed(image, steps) {
    for (const { turn, crop } of steps) {
        if (turn) {
            const [canvas, pen] = canvasOf(image.height, image.width);
            pen.translate(canvas.width, 0);
            pen.rotate(Math.PI / 2);
            pen.drawImage(image, 0, 0);
            image = canvas;
        } else if (crop) {
            const [left, top, width, height] = crop;
            const [canvas, pen] = canvasOf(image.width * width, image.height * height);
            pen.drawImage(image, -image.width * left, -image.height * top);
            image = canvas;
        }
    }
    return image;
}

export function photoPicture(image, steps) {
    return scaled(transformed(image, steps), SENT).toDataURL("image/jpeg", 0.92);
}

// Draw the photo in the middle of a square. With a frame, [left, top, width, height] in the square,
// return instead which part of the photo it holds, in 0 to 1; null if that is too little.
export function drawPhoto(pen, image, steps, side, frame) {
    const picture = transformed(image, steps);
    const scale = side / Math.max(picture.width, picture.height);
    const width = picture.width * scale;
    const height = picture.height * scale;
    const left = (side - width) / 2;
    const top = (side - height) / 2;
    if (!frame) return void pen.drawImage(picture, left, top, width, height);
    const within = (number) => Math.min(Math.max(number, 0), 1);
    const [x, right] = [frame[0], frame[0] + frame[2]].map((edge) => within((edge - left) / width));
    const [y, bottom] = [frame[1], frame[1] + frame[3]].map((edge) => within((edge - top) / height));
    return right - x > LEAST && bottom - y > LEAST ? [x, y, right - x, bottom - y] : null;
}

export function framed([x, y], [u, v]) {
    return [Math.min(x, u), Math.min(y, v), Math.abs(u - x), Math.abs(v - y)];
}
