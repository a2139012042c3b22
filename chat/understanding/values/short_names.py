"""The first names that people shorten, and what they are short for."""

from __future__ import annotations

TABLE = """
    abe abraham|al alfred albert alan|alex alexander|andy andrew|angie angela angelina|annie anne anna|arnie arnold
    art arthur|barb barbara|becky rebecca|ben benjamin|bernie bernard|bert albert herbert|beth elizabeth
    betty elizabeth|bill william|billy william|bob robert|bobby robert|cate catherine|cathy catherine
    charlie charles|chris christopher|chuck charles|cindy cynthia|dan daniel|danny daniel|dave david|debbie deborah
    dick richard|don donald|doug douglas|ed edward edwin|eddie edward|ellie eleanor|fran frances francis
    frank francis|fred frederick alfred|gene eugene|gus augustus|hal harold henry|hank henry|harry harold henry
    jack john|jackie jacqueline|jake jacob|jeff jeffrey|jen jennifer|jenny jennifer|jerry gerald jerome|jess jessica
    jim james|jimmy james|joe joseph|johnny john|jon jonathan|josh joshua|judy judith|kate katherine catherine
    kathy katherine kathleen|ken kenneth|larry lawrence laurence|len leonard|leo leonardo leonard|liz elizabeth
    maggie margaret|marty martin|matt matthew|meg margaret|mel melvin|mick michael|mickey michael|mike michael
    mitch mitchell|nat nathaniel natalie|nate nathan|nick nicholas nicolas|pam pamela|pat patrick patricia
    peg margaret|pete peter|phil philip phillip|ray raymond|rich richard|rick richard|rob robert|robby robert
    ron ronald|sam samuel samantha|sandy sandra alexander|sid sidney|sly sylvester|stan stanley|steve steven stephen
    sue susan|susie susan|ted edward theodore|terry terence theresa|tim timothy|tina christina|tom thomas
    tommy thomas|tony anthony|val valerie|vicky victoria|vince vincent|will william|walt walter|zach zachary
"""
LONG = {short: full for one in TABLE.replace("\n", "|").split("|") if one.strip() for short, *full in [one.split()]}
