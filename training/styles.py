"""Digits drawn by code, in ways of writing that MNIST lacks: it holds American handwriting only.

Each style is written down as the strokes of a pen, each stroke as the points that it passes through.
A sample of a style is those strokes with all that hands do to them, drawn on a canvas with some
brush and prepared by `model.drawing`, exactly as a drawing on the page is.
"""

import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from model.drawing import prepare

# x runs to the right and y down; digits are 10 high. A pen goes through the points in a smooth
# curve, except at points marked "!", which are corners. ";" lifts the pen.
DIGITS = {
    0: {
        "oval": "3,0 1,1.3 0,5 1,8.7 3,10 5,8.7 6,5 5,1.3 3,0",
        "round": "4,0 1.2,1.4 0,5 1.2,8.6 4,10 6.8,8.6 8,5 6.8,1.4 4,0",
        "narrow": "2,0 .5,2.5 .3,7 1.8,10 3.3,7.5 3.5,3 2,0",
        "clockwise from below": "2.5,10 5,8.7 6,5 5,1.3 3,0 1,1.3 0,5 .8,8.6 2.5,10",
        "open at the top": "2.6,.4 .8,2 0,5.2 1,8.8 3,10 5,8.8 6,5.2 5.2,2 3.8,.6",
        "open at the side": "5.2,1.2 3,0 .8,1.4 0,5 1,8.8 3.2,10 5.2,8.6 6,5.6 5.8,3",
        "crossing ends": "4.8,0 2,.6 .2,4 .8,8.6 3,10 5.4,8.4 6,4.6 4.4,1.2 2,0",
        "inner curl": "3,0 .8,1.5 0,5 1,8.7 3,10 5.2,8.6 6,5 5,1.4 3,.2 2.6,1.2 4,1.8",
        "slashed": "3,0 1,1.3 0,5 1,8.7 3,10 5,8.7 6,5 5,1.3 3,0 ; 5.6,1 .4,9",
        "slashed through": "3,0 1,1.3 0,5 1,8.7 3,10 5,8.7 6,5 5,1.3 3,0 ; 6.6,-.6 -.6,10.6",
        "square": "1,0 .2,.8 0,5 .2,9.2 1,10 5,10 5.8,9.2 6,5 5.8,.8 5,0 1,0",
        "pointed": "3,0! 1,2.5 .4,6 1.5,9.3 3.2,10 5,8.8 5.6,5.5 4.8,2.2 3,0",
    },
    1: {
        "stick": "0,0 0,10",
        "bent stick": "1,0 .6,5 0,10",
        "arc": "0,0 .9,4 .7,8 .2,10",
        "short flag": "0,2 1.8,0! 1.8,10",
        "long flag": "0,4.2 2.8,0! 2.8,10",
        "flag down to the middle": "0,6 3.2,0! 3.2,10",
        "level flag": "0,.8 1.6,.3 1.8,0! 1.8,10",
        "curved flag": "0,2.6 1.4,1.8 2.2,0! 2.2,10",
        "flag and foot": "0,2 2,0! 2,10 ; 0,10 4,10",
        "long flag and foot": "0,3.5 2.6,0! 2.6,10 ; .4,10 5,10",
        "foot": "1.6,0 1.6,10 ; 0,10 3.2,10",
        "foot without lifting": "0,2 2,0! 2,10! 0,10! 4,10",
        "round top": "0,5.4 1.8,1.8 3.4,0 3.8,.8 3.2,4 2.4,10",
        "round top, slanted": "0,6.4 3,1.6 5,0 5.2,1.2 3.8,5 2.4,10",
        "wide hat": "0,4.4 2.6,1.2 4.2,0! 3.4,4.6 3,10",
        "joined foot": "0,3 2.6,0! 2.2,9.4 1.4,10 -.6,9.8! 4.6,10",
        "hooked": "0,1.8 1.6,0! 1.6,8.8 2.2,9.8 3.2,9.4",
        "serifs": "0,0 2.4,0 ; 1.2,0 1.2,10 ; 0,10 2.4,10",
    },
    2: {
        "plain": "0,2.5 .8,.6 2.8,0 5,.9 5.4,3 4,5.8 0,10! 6,10",
        "round head": "0,3 .4,1 2.6,0 5,1 5.2,3.4 3.2,6.6 .2,10! 5.8,9.8",
        "loop": "0,2.4 1,.5 3,0 5,1 5.2,3 3.8,6 1.2,9.3 .2,9.8 .1,8.9 1.2,8.5 3.6,9.7 6,9.2",
        "big loop": "0,2.2 1.4,.2 3.6,.2 5,2 4.4,5 2.2,8.8 .6,9.9 -.4,9 .4,7.8 2.4,8.8 4.4,10 6.4,9.2",
        "small loop": "0,1.8 2,0 4.6,.8 4.8,3 3.2,6.4 .4,9.8 .4,9.2 1.4,9.2 4,9.9 5.6,9.2",
        "like a Z": "0,.2 5.4,0! 0,10! 6,10",
        "angular": "0,2 2.4,0! 5,2.2! 0,10! 5.6,10",
        "inner hook": "1.6,2.8 .4,2 1.4,.2 4,.2 5.4,2 4.6,5 0,10! 6,10",
        "wavy foot": "0,2.2 1.4,.2 4,.2 5.2,2.4 3.8,6 0,10! 1.6,9.2 3.6,10 6,9.2",
        "rounded foot": "0,2 1.8,0 4.6,.6 5,3.4 2.8,6.8 .8,9 1.2,10 3.2,9.8 5.8,9.4",
        "swan": "0,2 1.4,.1 3.4,.6 3.8,2.8 2.4,6.6 0,10! 6.4,9.8",
        "serif": "0,2.5 .8,.5 2.8,0 5,1 5.2,3.2 3.6,6 0,10! 5.6,10! 5.9,8.6",
        "small head": "1,1.8 1.6,.4 3,0 4.4,.8 4.4,2.6 3,5 0,10! 6.6,10",
    },
    3: {
        "round": "0,1.6 1,.3 3,0 4.8,1.1 4.7,3.3 2.2,4.7! 5,5.7 5.6,7.9 4,9.8 1.6,10 0,8.6",
        "flat top": "0,0 5.4,0! 2.4,4! 5,5 5.8,7.3 4.4,9.6 2,10 0,8.8",
        "flat top, low waist": "0,.2 5,0! 2,5! 4.6,5.4 5.4,7.6 4,9.7 1.8,10 0,9.2",
        "angular": "0,0 5,2.3! 1.6,4.6! 5.4,7.4! 0,10",
        "all straight": "0,.2 5.2,0! 2,4.4! 5.4,7.2! .4,10",
        "without a cusp": "0,1 2.6,0 4.8,1.6 4,4 2.6,4.9 4.4,5.7 5.4,8 3,10 0,9.2",
        "loop at the waist": "0,1.5 2.5,0 4.8,1.4 4,3.9 2.2,4.9 1.4,4.4 2.2,4 4.6,5.2 5.5,7.8 3.4,10 0,8.8",
        "big belly": "1,1 2.6,0 4.2,1 4,2.8 2.4,3.6! 5,4.4 6,7 4.6,9.6 2,10 0,9",
        "big head": "0,1.6 2,0 4.8,.6 5.4,3 3.6,5.2 2,5.4! 4.4,6 4.8,8.2 3,10 .6,9.6",
        "curled end": "0,1.6 2.2,0 4.6,1 4.5,3.4 2.2,4.6! 5,5.6 5.5,8 3.6,10 1,9.6 .4,8 1.8,7.8",
        "deep waist": "0,1 2.6,0 5,1.2 4.2,3.8 .8,4.9! 4.8,6 5.6,8.2 3.4,10 0,9.2",
        "flat": "0,.6 2.4,0 3.6,1.2 3.2,3.6 1.4,4.8! 3.4,5.8 3.8,8 2.2,9.8 0,9.8",
    },
    4: {
        "open": "1,0 0,6! 6,6 ; 4.2,0 4.2,10",
        "open, short stem": "1.4,0 0,6.2! 6.2,6 ; 4,3 4,10",
        "open, parallel": ".4,0 .2,5.4! 5.6,5.2 ; 4.6,.2 4.4,10",
        "long bar": "2,0 0,5.6! 7.4,5.4 ; 3.6,3.4 3.4,10",
        "closed": "4.3,0! 0,6.8! 6.2,6.8 ; 4.3,0 4.3,10",
        "closed without lifting": "4.3,10 4.3,0! 0,6.8! 6.2,6.8",
        "closed, bar first": "0,6.4! 6.2,6.4 ; 0,6.4 4.2,0! 4.2,10",
        "u and stem": ".4,0 .1,3.6 .8,5.4 2.6,5.6 4.8,4.2 ; 5,0 5,10",
        "u without lifting": ".3,0 .1,3.6 1.2,5.4 3.4,5 4.9,3 5.2,0! 5,10",
        "corner without lifting": ".8,0 0,5.6! 5,5.6! 4.8,.4! 4.6,10",
        "loop at the bar": "4.2,0 2,3.2 0,6.5! 5,6.5 5.8,5.2 4.8,4.2 4.1,6 3.9,10",
        "curve": "4.4,0 1.4,4 .2,6.2 1.4,6.8 5.2,5.6 5.8,4.4 4.6,6.2 4,10",
        "curve, open": "3.4,0 .6,3.8 .4,5.4 2,5.8 4.8,4.4 5,3.6 4.4,6.6 4.2,10",
        "fish": "5.4,10 4.6,5 3.8,0 1.6,3.2 0,6.4 2.6,6.8 6.4,6.4",
        "narrow": ".6,0 0,5.6! 3.6,5.4 ; 2.6,.6 2.4,10",
        "v and stem": "0,0 1.8,5! 5,1 ; 5,0 4.2,10",
    },
    5: {
        "one stroke": "5.4,0! .8,0! .4,4.3! 2.8,3.6 5.3,5 5.4,8 3.2,10 0,9",
        "bar apart": ".8,0 .4,4.4! 3,3.7 5.5,5.4 5.3,8.4 3,10 0,9 ; .8,0 5.5,0",
        "bar too high": "1,.4 .5,4.5! 3,3.8 5.4,5.5 5.2,8.5 2.8,10 0,9 ; 1.6,-.6 6.2,-.9",
        "bar too far": "1,.4 .4,4.6! 2.8,3.9 5.2,5.6 5,8.6 2.6,10 0,9.2 ; 2.4,.2 6.4,0",
        "like an S": "5.2,.5 3.2,0 .9,.8 .6,3.4 2.8,4.6 5.2,6 5,8.9 2.6,10 0,9.2",
        "angular": "5.4,0! .6,0! .4,4.4! 4.4,4.4! 5.4,5.6 5.4,8.6 4.2,10! 0,10",
        "small belly": "5,0! 1.2,0! .8,5.4! 2.8,4.8 4.5,6.4 4.2,9 2.4,10 0,9.2",
        "big belly": "5,0! 1.6,0! .8,3! 3.6,2.6 6.2,4.6 6.2,8 3.8,10 0,9.4",
        "curled end": "5.2,0! .9,0! .5,4.2! 2.8,3.5 5.3,5 5.2,8.4 3,10 .8,9.4 .6,8.2 1.8,8.4",
        "without a corner": "5,0 1.4,.2 .6,2.4 .8,4.6 3.4,4 5.2,5.8 4.8,8.8 2.4,10 0,9.4",
        "slanted bar": "1.2,1 .4,4.6! 3,3.8 5.4,5.6 5,8.6 2.6,10 0,9 ; 1.2,1 6,-.4",
        "belly from the bar": "4.8,0! 1,.2! .2,5! 4.2,5 5,7.4 3.6,9.8 0,10",
    },
    6: {
        "straight stem": "4,0 1.4,4 0,7 .8,9.4 2.8,10 5,8.9 5.2,6.8 3.6,5.4 1.8,5.6 .2,7.6",
        "curved stem": "4.6,0 2,1.6 .4,4.6 0,7.2 1,9.5 3,10 5,8.8 5.2,6.6 3.4,5.2 1.4,5.9 .2,7.6",
        "curled": "5.2,1.3 4,0 2,.8 .4,4 0,7.2 1,9.6 3,10 5.2,8.6 5,6.2 3.2,5.2 1,6.2 .2,7.8",
        "open": "4.2,0 1.4,3 0,7 1,9.6 3,10 5,8.8 4.8,6.8 3.2,5.8 1.8,6.4",
        "curled in": "4,0 1.2,3.4 0,7 1,9.6 3.2,10 5,8.4 4.4,6.4 2.4,6 1.4,7.2 2,8.4",
        "like a b": ".4,0 .1,5 .2,8.4 1.5,10 4,9.8 5.2,8 4.5,5.8 2.5,5.2 .3,6.8",
        "big loop": "3.6,0 1,2 0,5.6 .8,9 3,10 5.4,8.6 5.8,5.6 4.2,3.6 2,3.8 .2,6",
        "small loop": "3.2,0 1,4 0,8 .6,9.8 2,10 3.2,9 3,7.4 1.8,7 .4,7.8",
        "sloping stem": "6,0 2.6,4 .2,7.2 .8,9.6 3,10 5,8.8 4.8,6.9 3,6 .8,7",
        "round": "4,.2 1.6,1.2 .2,4.6 .2,7.6 1.6,9.8 4,9.8 5.6,8 5,5.8 3,5 .8,6",
        "loop from below": "3.8,0 1.4,3.6 .2,7.2 1.6,6 3.6,5.6 5,6.8 4.8,9 3,10 1,9.4 .2,7.4",
    },
    7: {
        "plain": "0,0 6,0! 2.4,10",
        "curved": "0,.3 5.8,0! 3.6,4 2.4,10",
        "upright": "0,0 4.8,0! 4.4,10",
        "crossed": "0,0 6,0! 2.4,10 ; 1.4,5 5.4,5",
        "crossed, slanted bar": "0,.3 5.8,0! 2.6,10 ; 1.4,5.8 5.6,4.2",
        "crossed, curved": "0,.4 5.8,0! 3.4,4.4 2.4,10 ; 1,4.8 5,4.8",
        "crossed, upright": "0,.2 5,0! 3.8,10 ; 2,4.6 6.2,4.6",
        "serif": "0,1.8 .2,0! 6,0! 2.3,10",
        "serif, upright": "0,2.8 .2,0! 5,0! 4.6,10",
        "serif and crossed": "0,1.6 .3,.2! 6,0! 2.3,10 ; 1.6,5 5.2,5",
        "wavy": "0,1.4 1,0 3,.9 6,.2! 4,4.6 3,10",
        "wavy and crossed": "0,1.2 1.2,0 3,.8 6,.2! 2.6,10 ; 1.8,5.2 5.4,4.8",
        "crossed, curved back": "0,1 .9,.2 5.2,0! 4.2,3.4 3,7 2.9,10 ; 1,5.3 5.4,4.8",
        "crossed, round shoulder": "0,1.6 .5,.4 4.6,0 5.5,.9 3.8,5 2.6,8.6 3.2,10 ; 1.2,5.6 5.6,4.8",
        "crossed, foot to the left": "0,.6 5,0! 4.6,4.6 3.6,8.4 1.2,10 ; 1.4,5 6,4.7",
        "crossed low": "0,.8 .4,0! 5.4,.2! 3,10 ; 1,6.2 5.2,5.9",
        "rounded": "0,.5 3.8,0 5.4,1 4.8,3.4 2.8,10",
        "hooked foot": "0,.2 5.6,0! 3,6 2.4,9 3.2,10",
        "steep": "0,.6 3.6,0! 1,10",
    },
    8: {
        "from the right": "5,1.5 3,0 .8,1.3 1.3,3.5 3.3,4.9 5.4,6.8 4.8,9.3 2.7,10 .4,8.8 .6,6.8 3,4.8 4.8,2.9 5,1.5",
        "from the top": "3,0 1,.9 .8,3 3,4.8 5.4,7 4.8,9.4 3,10 .8,9.3 .4,7 3,4.8 5.2,2.8 4.8,.8 3,0",
        "from the middle": "3,4.8 .8,3 1.2,.6 3,0 5,.8 5,3 3,4.8 .4,7 .8,9.4 3,10 5.4,9.3 5.6,7 3,4.8",
        "two circles": "3,0 1.2,.8 .9,3.2 3,4.7 5.1,3.2 4.8,.8 3,0 ; 3,4.7 .6,6 .2,8.5 3,10 5.8,8.5 5.4,6 3,4.7",
        "two circles apart": "2.8,0 1.2,1 1.2,3 2.8,4.1 4.6,3 4.6,1 2.8,0 ; 3,4.8 .6,6.2 .4,8.7 3,10 5.6,8.6 5.4,6.2 3,4.8",
        "open at the top": "5,.6 2.4,.2 .8,2 2.6,4.4 5.3,7 4.2,9.7 1.8,10 .4,8 2.6,5.2 5.6,1.6",
        "crossing ends": "5.4,0 2.4,.4 1,2.4 3,4.8 5.2,7.2 4.2,9.8 1.6,9.8 .6,7.6 2.8,5 4.6,2.4 3.4,-.4",
        "narrow": "3,1 1.8,0 .8,1.4 1.4,3.6 2.4,5.2 3.2,7.6 2.2,10 .8,9.4 .4,7.4 1.6,5 2.9,2.6 3,1",
        "hourglass": ".6,0 5.2,0! .4,10! 5.6,10! .6,0",
        "big head": "5.4,2 3,0 .4,1.8 1,4.6 3.2,5.8 4.6,7.6 4,9.6 2.6,10 1.4,9.2 1.6,7.4 3.4,5.6 5.2,4 5.4,2",
        "big belly": "4.4,1 3,0 1.6,1 1.8,2.8 3.4,4 5.6,6 5.6,8.8 3,10 .4,9 .4,6.2 2.8,4 4.4,2.6 4.4,1",
        "wide": "6.8,1.8 4,0 1.2,1.6 2,4 4.4,5 7.4,7 6.4,9.4 3.6,10 .6,8.8 1,6.4 4,4.8 6.4,3.4 6.8,1.8",
    },
    9: {
        "straight": "5,2 3,0 .6,1.2 .3,3.7 2.3,5.2 4.5,4 5,1.2! 5,10",
        "circle and stick": "4.9,1.8 3,0 .8,1 .4,3.4 2.3,4.9 4.4,3.9 4.9,1.8 ; 5,.4 4.9,10",
        "curled": "5,2 3,0 .6,1.2 .3,3.7 2.3,5.2 4.6,4 5,1.4! 5,7 4.3,9.3 2.4,10 .4,9",
        "like a g": "4.8,1.4 2.8,0 .5,1.4 .4,3.6 2.4,4.9 4.6,3.4 5,.6! 5,7.4 3.8,9.8 1.4,9.9 .2,8.4",
        "bent": "5,1.8 3,0 .6,1.3 .4,3.7 2.4,5 4.6,3.6 5.1,1.6 4.4,5.6 2.6,10",
        "sloping": "5.4,1.6 3.6,0 1,1.2 .8,3.6 2.8,4.6 4.8,3.2 5.4,1.4! 1.8,10",
        "curved": "4.8,2.8 3.2,0 .8,1 .4,3.8 2.8,5.2 4.8,3.2 4.9,6 3.6,8.7 1,10",
        "open": "4.8,.8 2.4,.2 .4,2.2 1,4.6 3.2,4.6 4.9,2.4 5,1! 4.8,10",
        "open, curled": "4.8,1 2.4,.2 .4,2.4 1.2,4.8 3.4,4.6 4.9,2.6 4.8,7 3.8,9.6 1,9.8",
        "big loop": "5.4,3 3.4,0 .8,1.4 .2,4.6 2.4,6.6 4.8,5 5.4,2.4! 5.2,10",
        "small loop": "3.4,1.4 2,0 .4,1.2 .6,3 2,3.4 3.2,2.2 3.4,1! 3.2,10",
        "from the stem": "5,.4 2.4,.2 .4,2 .8,4.4 3,5 4.8,3.4 5,.4 4.8,10",
        "g, wide": "5,.8 2.8,0 .6,1.2 .4,3 2.2,4 4.6,2.8 5.2,1! 5.7,5 5.2,8.4 3,10 .4,9.6 -.8,8.6",
        "g, small head": "4.4,1.2 2.8,0 1,1 1,2.9 2.8,3.4 4.4,2 4.8,.8! 5.4,5.2 4.8,8.5 2.6,9.9 .2,9.4 -1,8",
        "g, flat tail": "4.8,1.2 2.6,0 .4,1.4 .8,3.8 3,4.2 4.8,2.4 5,.8! 5.6,8 4.6,9.6 2.6,9.9 -.6,9.5",
        "g, round": "4.8,2.2 3.2,0 .8,.9 .4,3.4 2.6,4.7 4.8,2.2 5.5,5.4 4.4,9 1.6,10 -.6,8.8",
        "g, tail turned up": "4.8,1.4 2.6,0 .4,1.4 .6,3.7 2.6,4.6 4.8,3 5,1! 5.2,7 4,9.7 1.4,9.9 -.2,8.4 .6,7.4",
        "g, straight neck": "4.6,.6 2,.2 .2,2 1,4.2 3.2,4.2 4.6,2.4 4.8,.4! 4.9,8.6! 3.6,10 .6,9.8 -.2,9",
        "reversed 6": "1,10 3.6,7.4 5,4 4.8,1.2 3,0 .8,.8 .2,3 1.6,4.8 3.8,4.6 5,3",
    },
}  # fmt: skip

CHUNK = 500  # samples drawn from one random generator, in one go, on one processor


def parse(style: str) -> list[list[np.ndarray]]:
    """The strokes of a style, each as its smooth pieces: control points (K, 2) between corners."""
    strokes = []
    for stroke in style.split(";"):
        pieces: list[list[tuple[float, float]]] = [[]]
        for x, y, corner in re.findall(r"([-.\d]+),([-.\d]+)(!?)", stroke):
            pieces[-1].append((float(x), float(y)))
            if corner:
                pieces.append([(float(x), float(y))])
        strokes.append([np.array(piece) for piece in pieces if len(piece) > 1])
    return strokes


def curve(points: np.ndarray, step: float = 0.25) -> np.ndarray:
    """A smooth line (M, 2) through control points (K, 2), at most about `step` between its points.

    A Catmull-Rom spline in the centripetal parametrization (Yuksel et al. 2011), which makes no
    loops of its own where points are unevenly spaced.
    """
    t = np.concatenate([[0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1)))])
    slopes = np.gradient(points, t, axis=0) if len(points) > 2 else np.diff(points, axis=0) / t[1]
    slopes = np.broadcast_to(slopes, points.shape)
    count = int(np.linalg.norm(np.diff(points, axis=0), axis=1).sum() / step) + 2
    at = np.linspace(0, t[-1], count)
    k = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    width = (t[k + 1] - t[k])[:, None]
    s = (at - t[k])[:, None] / width
    # The cubic Hermite basis: values at both ends, slopes at both ends.
    return (
        (1 + 2 * s) * (1 - s) ** 2 * points[k]
        + s * (1 - s) ** 2 * width * slopes[k]
        + s**2 * (3 - 2 * s) * points[k + 1]
        + s**2 * (s - 1) * width * slopes[k + 1]
    )


def written(style: str, rng: np.random.Generator) -> list[np.ndarray]:
    """The strokes of a style, (M, 2) points each, as some hand in some mood would write them."""
    care = rng.uniform(0.3, 1.4)  # how far this hand strays
    strokes = []
    for number, pieces in enumerate(parse(style)):
        points = np.concatenate([curve(piece) for piece in _jittered(pieces, 0.3 * care, rng)])
        points = _rounded(points, rng)
        points = _ends_changed(points, 0.06 * care, rng)
        if number > 0:  # the pen comes down a little beside where it should
            points = points.mean(0) + (points - points.mean(0)) * rng.normal(1, 0.12 * care)
            points = points + rng.normal(0, 0.35 * care, 2)
        strokes.append(points)
    slant, turn = rng.normal(0, 0.25), rng.normal(0, 0.1)
    stretch = np.exp(rng.normal(0, 0.25))
    slanting = np.array([[stretch, 0], [-slant, 1]])  # x' = stretch·x − slant·y
    turning = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return [points @ slanting @ turning for points in strokes]


def _jittered(
    pieces: list[np.ndarray], spread: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Moves every control point; a corner, which ends one piece and begins the next, only once."""
    moved = []
    for piece in pieces:
        piece = piece + rng.normal(0, spread, piece.shape)
        if moved:
            piece[0] = moved[-1][-1]
        moved.append(piece)
    return moved


def _rounded(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cuts corners, as a quick hand does: a moving average over a random stretch of the line."""
    half = rng.integers(0, 5)
    if half == 0 or len(points) <= 2 * half:
        return points
    padded = np.concatenate([points[:1]] * half + [points] + [points[-1:]] * half)
    sums = np.cumsum(np.concatenate([np.zeros((1, 2)), padded]), axis=0)
    return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)


def _ends_changed(points: np.ndarray, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Begins and ends too early or too late, by a share of the stroke's length."""
    for _ in range(2):  # the end, then, on the reversed line, the beginning
        share = rng.normal(0, spread)
        if share < 0:
            points = points[: max(2, round(len(points) * (1 + share)))]
        else:
            direction = points[-1] - points[-min(4, len(points))]
            length = np.linalg.norm(direction) or 1
            points = np.concatenate(
                [points, points[-1:] + direction / length * share * 0.25 * len(points)]
            )
        points = points[::-1]
    return points


def placed(
    strokes: list[np.ndarray], size: float, brush: float, at: tuple[float, float]
) -> list[np.ndarray]:
    """The strokes in pixels: with the brush's width, `size` on the longer side, and moved.

    `at` says where: (0, 0) puts the drawing's upper left corner at the canvas's.
    """
    points = np.concatenate(strokes)
    scale = max(size - brush, 1) / max(np.ptp(points, axis=0).max(), 1e-6)
    corner = np.asarray(at) + brush / 2
    return [(stroke - points.min(axis=0)) * scale + corner for stroke in strokes]


def draw(strokes: list[np.ndarray], side: int, brush: float) -> Image.Image:
    """A square canvas with strokes, given in pixels: a round black brush on white paper."""
    finer = 2  # drawn larger and reduced, which makes soft edges
    canvas = Image.new("L", (finer * side, finer * side), 255)
    pen, radius = ImageDraw.Draw(canvas), finer * brush / 2
    for stroke in strokes:
        line = [tuple(point) for point in (finer * stroke).tolist()]
        if len(line) > 1:
            pen.line(line, fill=0, width=max(1, round(2 * radius)))
        for x, y in line:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return canvas.reduce(finer)


def sample(style: str, rng: np.random.Generator) -> np.ndarray:
    """(28, 28) float32: a style, written by some hand with some brush, as the network sees it."""
    size = 96.0  # the canvas is fitted to the drawing: what lies around does not matter
    brush = size * rng.uniform(0.015, 0.075) / rng.uniform(0.3, 0.85)  # shares of a real canvas
    strokes = placed(written(style, rng), size, brush, at=(16, 16))
    return prepare(draw(strokes, side=128, brush=brush))
