"""The page's texts, in English and Simplified Chinese.

The browser's language decides. `gr.I18n` would translate in the browser, but it knows Chinese only
as zh-CN and zh-TW: browsers set to zh-SG or zh-Hans would get English.
"""

import gradio as gr

ENGLISH = {
    "language": "en",
    "title": "Which digit is it?",
    "needs_javascript": "Drawing needs JavaScript: please switch it on for this page.",
    "invitation": "Draw it: a small neural network reads every stroke.",
    "blank": "Draw a digit, or a number",
    "sure": "{percent} sure",
    "not_sure": "Not sure.",
    "either": "This looks like a {first} or a {second}.",
    "either_of": "Digit {position} looks like a {first} or a {second}.",
    "no_digit": "This may not be a digit.",
    "no_digit_of": "Digit {position} may not be one.",
    "shapes": "I see {count} separate shapes.",
    "edge": "It touches the edge: is a part of it missing?",
    "seen": "What the network saw",
    "seen_alt": "{digit}, in 28 by 28 pixels",
    "bars": "How sure the network is of each digit",
    "canvas": "Draw here",
    "photo": "Use a photo …",
    "not_right": "Not right? What was it?",
    "was": "It was a {digit}",
    "kept": "Thank you. Your drawing is kept as a {digit}, to train with.",
    "not_kept": "Thank you, but it could not be kept.",
    "unreadable": "This is not a picture that can be read: use a PNG or a JPEG.",
    "about": "How it works, how well, and what is kept",
    "about_text": """\
1. What you draw is cropped and centred, and its strokes are brought to one width, as in MNIST, the
   70,000 digits that the network learned from: `model/picture/prepare.py`. That is why a small
   drawing in a corner is read as well as a large one.
2. The 28×28 pixels go through a network of {size}, {parameters} numbers in all, written from
   scratch: `model/network/`.
3. Each of the last ten neurons says how much it sees its digit: if none is sure enough, the page
   says so. `model/recognizer.py`
4. The network learned from MNIST, and from digits drawn by a program in the ways that the world
   writes them: `training/styles/`.
5. Shapes side by side are read one by one, as a number, and two digits that touch are cut apart:
   `model/picture/segmentation.py`, `model/picture/cutting.py`.

**How well.** {scores}

**What is kept.** {kept}""",
    "about_scores": "It reads {accuracy} of MNIST's test digits. Where it says that it is sure, it is"
    " about as often right: its confidence is {calibration_error} off on average.",
    "about_drawings": "Of the digits that strangers draw with a pen, the network that came with this"
    " page reads about 97%.",
    "keeps_nothing": "Nothing. A drawing is read and forgotten; a photo is reduced in your browser"
    " before it is sent. The server counts its answers, not who asked. No cookies, nothing from"
    " other servers.",
    "keeps_corrections": "If you press one of the ten keys under “Not right?”, the drawing and that"
    " digit are kept on this server, to train with, without your name or address. Nothing else: a"
    " drawing is read and forgotten; a photo is reduced in your browser before it is sent. The"
    " server counts its answers, not who asked. No cookies, nothing from other servers.",
}

CHINESE = {
    "language": "zh-CN",
    "title": "这是几？",
    "needs_javascript": "写数字需要 JavaScript：请为本页启用它。",
    "invitation": "写一个数字：每写一笔，小小的神经网络就读一次。",
    "blank": "请写一个数字，也可以写几位数",
    "sure": "把握 {percent}",
    "not_sure": "不太确定。",
    "either": "像 {first}，也像 {second}。",
    "either_of": "第 {position} 位像 {first}，也像 {second}。",
    "no_digit": "这可能不是数字。",
    "no_digit_of": "第 {position} 位可能不是数字。",
    "shapes": "我看到 {count} 个分开的图形。",
    "edge": "笔画碰到了边缘，是不是缺了一部分？",
    "seen": "网络看到的样子",
    "seen_alt": "{digit}，28×28 像素",
    "bars": "网络对每个数字的把握",
    "canvas": "在这里写",
    "photo": "使用照片…",
    "not_right": "不对吗？应该是：",
    "was": "应该是 {digit}",
    "kept": "谢谢！这幅图已作为 {digit} 保存，用于训练。",
    "not_kept": "谢谢，但是没能保存。",
    "unreadable": "无法读取这张图片：请使用 PNG 或 JPEG。",
    "about": "原理、准确率与隐私",
    "about_text": """\
1. 你写的字会被裁剪、居中，笔画调成同样的粗细，变成网络学习时所用的 MNIST（七万个手写数字）的样子：`model/picture/prepare.py`。
   所以写在角落里的小字也能认出来。
2. 这 28×28 个像素经过一个 {size} 的网络，一共 {parameters} 个参数，全部从零写成：`model/network/`。
3. 最后十个神经元各自说出有多像自己的数字；如果哪个都没有足够把握，页面会告诉你：`model/recognizer.py`。
4. 网络学习了 MNIST，还有程序按照世界各地的写法画出的数字：`training/styles/`。
5. 左右并排的图形会逐个识别，读成一个多位数；两个数字连在一起时，会先切开再识别：
   `model/picture/segmentation.py`、`model/picture/cutting.py`。

**准确率。**{scores}

**隐私。**{kept}""",
    "about_scores": "它能认出 MNIST 测试集的 {accuracy}。它说有多大把握，就大约有多少次是对的：平均只差 {calibration_error}。",
    "about_drawings": "陌生人用手写笔写下的数字，本页自带的网络大约能认出 97%。",
    "keeps_nothing": "什么都不保存。图画识别后就被忘掉；照片先在你的浏览器里缩小，然后才发送。服务器只统计"
    "回答的次数，不记录是谁问的。没有 cookie，不从其他服务器加载任何东西。",
    "keeps_corrections": "如果你按了“不对吗？”下面的十个键之一，这幅图和那个数字会保存在本服务器上，用于训练，"
    "不含你的名字或地址。除此之外什么都不保存：图画识别后就被忘掉；照片先在你的浏览器里缩小，然后才发送。"
    "服务器只统计回答的次数，不记录是谁问的。没有 cookie，不从其他服务器加载任何东西。",
}


def words_for(request: gr.Request | None) -> dict[str, str]:
    """The texts in the browser's preferred language; English if it is unknown."""
    wanted = request.headers.get("accept-language", "") if request else ""
    return CHINESE if wanted.strip().lower().startswith("zh") else ENGLISH
