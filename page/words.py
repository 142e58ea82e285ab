"""The page's texts, in English and Simplified Chinese.

The browser's language decides.
"""

from typing import Any

from page import inside_words

Words = dict[str, Any]  # texts, and lists of them

ENGLISH: Words = {
    "language": "en",
    "title": "Which digit is it?",
    "needs_javascript": "Drawing needs JavaScript: please switch it on for this page.",
    "invitation": "Draw it: a small neural network, written from scratch, reads every stroke.",
    "train": "Watch it learn",
    # The pad
    "pad": "Drawing",
    "canvas": "Drawing area",
    "draw_here": "Draw here",
    "keyboard": "Draw with a mouse, a finger or a pen. With the keyboard alone, choose an example, or"
    " use a photo.",
    "tools": "Tools",
    "pen": "Pen",
    "eraser": "Eraser",
    "widths": ["Thin", "Medium", "Thick"],
    "turn": "Turn the photo",
    "crop": "Crop the photo",
    "cropping": "Drag around what is to be read.",
    "undo": "Undo",
    "redo": "Redo",
    "clear": "Clear",
    "photo": "Use a photo …",
    "shortcuts": "<kbd>Ctrl</kbd> <kbd>Z</kbd> undo · <kbd>Ctrl</kbd> <kbd>Y</kbd> redo ·"
    " <kbd>Esc</kbd> clear",
    # The answer
    "answer": "Answer",
    "blank": "Draw a digit, or a number",
    "examples": "or try one of these:",
    "example": "Draw {name}",
    "sure": "{percent} sure",
    "not_sure": "Not sure.",
    "either": "This looks like {first} or {second}.",
    "either_of": "Digit {position} looks like {first} or {second}.",
    "no_digit": "This may not be a digit. If it is one, perhaps {guess}.",
    "no_digit_of": "Digit {position} may not be one. If it is, perhaps {guess}.",
    "shapes": "I see {count} separate shapes.",
    "long": "In so long a number a digit may be misread: look at each, or write larger.",
    "digits_only": "I know digits only.",
    "too_many": "I see {count} shapes, and read ten digits at most.",
    "turn_it": "Is the photo upright? You can turn it.",
    "left_out_dot": "I left out a dot.",
    "left_out_dash": "I left out a dash.",
    "not_in_a_row": "To be read as a number, digits stand side by side.",
    "edge": "It touches the edge: is a part of it missing?",
    "seen": "What it saw",
    "seen_alt": "{digit}, in 28 by 28 pixels",
    "bars": "How sure it is of each digit",
    "bars_if_digit": "If it is a digit: how sure of which",
    "unreadable": "This is not a picture that can be read: use a PNG or a JPEG.",
    "no_ink": "I see no ink on this picture.",
    "gone": "The server does not answer. Your drawing stays here, and is read as soon as it does.",
    "not_read": "That file is no picture that can be read: use a PNG or a JPEG.",
    "busy": "Too many requests at once: your drawing is read in a moment.",
    # Corrections
    "not_right": "Not right? What was it?",
    "none": "none",
    "none_of_number": "no number",
    "number": "e.g. 2026",
    "send": "Send",
    "kept": "Thank you. Your drawing is kept as {digit}, to train with.",
    "kept_none": "Thank you. Your drawing is kept as no digit, to train with.",
    "not_kept": "Thank you, but it could not be kept.",
    "other_count": "I see {count} digits and you say {said}, so I cannot tell which is which: not kept.",
    # The section at the end
    "about": "How it works, how well, and what is kept",
    "about_steps": [
        "What you draw is cropped and centred, and its strokes are brought to one width, as in MNIST,"
        " the 60,000 digits that the network learned from. That is why a small drawing in a corner is"
        " read as well as a large one. `model/picture/prepare.py`",
        "The 28×28 pixels go through a network of {size}, {parameters} numbers in all, written from"
        " scratch. `model/network/network.py`",
        "Each of the last ten neurons says how much it sees its digit: if none is sure enough, the"
        " page says so. `model/recognizer.py`",
        "The network learned from MNIST, and from digits drawn by a program in the ways that the"
        " world writes them. `training/styles/table.py`",
        "Shapes side by side are read one by one, as a number, and two digits that touch are cut"
        " apart. `model/picture/segmentation.py` `model/picture/cutting.py`",
    ],
    "how_well": "How well.",
    "about_scores": "It reads {accuracy} of MNIST's test digits. Where it says that it is sure, it is"
    " about as often right: its confidence is {calibration_error} off on average.",
    "about_drawings": "Of the digits that strangers draw with a pen, the network that came with this"
    " page reads about 97%.",
    "what_is_kept": "What is kept.",
    "keeps_nothing": "Nothing. A drawing is read and forgotten; a photo is reduced in your browser"
    " before it is sent. Your browser keeps the drawing while this tab is open, so that a refresh"
    " does not lose it. The server counts its answers, not who asked. No cookies, nothing from other"
    " servers.",
    "keeps_corrections": "If you say under “Not right?” what it was, the drawing and what you said"
    " are kept on this server, to train with, without your name or address. Nothing else: a drawing"
    " is read and forgotten; a photo is reduced in your browser before it is sent. Your browser"
    " keeps the drawing while this tab is open, so that a refresh does not lose it. The server"
    " counts its answers, not who asked. No cookies, nothing from other servers.",
    "programs": "For programs.",
    "programs_text": "The same answers over HTTP:",
    "api": "Use via API",
    **inside_words.ENGLISH,
}

CHINESE: Words = {
    "language": "zh-CN",
    "title": "这是几？",
    "needs_javascript": "写数字需要 JavaScript：请为本页启用它。",
    "invitation": "写一个数字：从零写成的小小神经网络，每写一笔就读一次。",
    "train": "看它学习",
    "pad": "书写",
    "canvas": "书写区",
    "draw_here": "在这里写",
    "keyboard": "用鼠标、手指或手写笔书写。只用键盘时，请选一个示例，或使用照片。",
    "tools": "工具",
    "pen": "画笔",
    "eraser": "橡皮",
    "widths": ["细", "中", "粗"],
    "turn": "旋转照片",
    "crop": "裁剪照片",
    "cropping": "拖动鼠标或手指，框住要识别的部分。",
    "undo": "撤销",
    "redo": "重做",
    "clear": "清空",
    "photo": "使用照片…",
    "shortcuts": "<kbd>Ctrl</kbd> <kbd>Z</kbd> 撤销 · <kbd>Ctrl</kbd> <kbd>Y</kbd> 重做 ·"
    " <kbd>Esc</kbd> 清空",
    "answer": "结果",
    "blank": "请写一个数字，也可以写几位数",
    "examples": "或者试试这些：",
    "example": "写出 {name}，看看结果",
    "sure": "把握 {percent}",
    "not_sure": "不太确定。",
    "either": "像 {first}，也像 {second}。",
    "either_of": "第 {position} 位像 {first}，也像 {second}。",
    "no_digit": "这可能不是数字；如果是，也许是 {guess}。",
    "no_digit_of": "第 {position} 位可能不是数字；如果是，也许是 {guess}。",
    "shapes": "我看到 {count} 个分开的图形。",
    "long": "位数太多，可能有一位认错了：请逐位核对，或者写大一点。",
    "digits_only": "我只认识数字。",
    "too_many": "我看到 {count} 个图形，最多只能读十位数字。",
    "turn_it": "照片放正了吗？可以旋转。",
    "left_out_dot": "有一个点没有算进去。",
    "left_out_dash": "有一条横线没有算进去。",
    "not_in_a_row": "写多位数时，请把数字左右并排。",
    "edge": "笔画碰到了边缘，是不是缺了一部分？",
    "seen": "看到的样子",
    "seen_alt": "{digit}，28×28 像素",
    "bars": "对每个数字的把握",
    "bars_if_digit": "假如是数字：各有多大把握",
    "unreadable": "无法读取这张图片：请使用 PNG 或 JPEG。",
    "no_ink": "这张图片上没有看到笔迹。",
    "gone": "服务器没有回应。你写的字还在这里，服务器一恢复就会识别。",
    "not_read": "那个文件不是可以读取的图片：请使用 PNG 或 JPEG。",
    "busy": "请求太多了：稍等一下就会识别。",
    "not_right": "不对吗？应该是：",
    "none": "都不是",
    "none_of_number": "不是数字",
    "number": "如 2026",
    "send": "提交",
    "kept": "谢谢！这幅图已作为 {digit} 保存，用于训练。",
    "kept_none": "谢谢！这幅图已作为“不是数字”保存，用于训练。",
    "not_kept": "谢谢，但是没能保存。",
    "other_count": "我看到 {count} 位，你写了 {said} 位，无法一一对应，所以没有保存。",
    "about": "原理、准确率与隐私",
    "about_steps": [
        "你写的字会被裁剪、居中，笔画调成同样的粗细，变成网络学习时所用的 MNIST（六万个手写数字）的样子。"
        "所以写在角落里的小字也能认出来。`model/picture/prepare.py`",
        "这 28×28 个像素经过一个 {size} 的网络，一共 {parameters} 个参数，全部从零写成。`model/network/network.py`",
        "最后十个神经元各自说出有多像自己的数字；如果哪个都没有足够把握，页面会告诉你。`model/recognizer.py`",
        "网络学习了 MNIST，还有程序按照世界各地的写法画出的数字。`training/styles/table.py`",
        "左右并排的图形会逐个识别，读成一个多位数；两个数字连在一起时，会先切开再识别。"
        "`model/picture/segmentation.py` `model/picture/cutting.py`",
    ],
    "how_well": "准确率。",
    "about_scores": "它能认出 MNIST 测试集的 {accuracy}。它说有多大把握，就大约有多少次是对的：平均只差 {calibration_error}。",
    "about_drawings": "陌生人用手写笔写下的数字，本页自带的网络大约能认出 97%。",
    "what_is_kept": "隐私。",
    "keeps_nothing": "什么都不保存。图画识别后就被忘掉；照片先在你的浏览器里缩小，然后才发送。只要这个标签页开着，"
    "你的浏览器会记住你写的字，刷新也不会丢。服务器只统计回答的次数，不记录是谁问的。没有 cookie，不从其他服务器加载任何东西。",
    "keeps_corrections": "如果你在“不对吗？”下面说出它是几，这幅图和你说的数字会保存在本服务器上，用于训练，"
    "不含你的名字或地址。除此之外什么都不保存：图画识别后就被忘掉；照片先在你的浏览器里缩小，然后才发送。"
    "只要这个标签页开着，你的浏览器会记住你写的字，刷新也不会丢。服务器只统计回答的次数，不记录是谁问的。"
    "没有 cookie，不从其他服务器加载任何东西。",
    "programs": "供程序使用。",
    "programs_text": "通过 HTTP 得到同样的回答：",
    "api": "API 说明",
    **inside_words.CHINESE,
}


def words_for(request: Any) -> Words:
    """The texts in the browser's preferred language; English if it is unknown.

    `request` has the browser's headers: Gradio's request, or FastAPI's.
    """
    wanted = request.headers.get("accept-language", "") if request else ""
    return CHINESE if wanted.strip().lower().startswith("zh") else ENGLISH


def a_digit(number: int | str, words: Words) -> str:
    """A number with its article: "a 5", "an 8", "an 11"; in Chinese, the number alone."""
    text = str(number)
    if words["language"] != "en":
        return text
    # Said as one word: "eight", "eleven", "eighty", "eight hundred". 110 is "one hundred …".
    vowel = text.startswith("8") or text in ("11", "18")
    return f"{'an' if vowel else 'a'} {text}"
