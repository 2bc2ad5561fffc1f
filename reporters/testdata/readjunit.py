"""Reads a JUnit file as junitparser does and prints what it saw as JSON."""

import json
import sys

import junitparser


def outcome(case):
    kinds = [type(result).__name__.lower() for result in case.result]
    return kinds[0] if kinds else "passed"


def seen(case):
    first = case.result[0] if case.result else None
    return {
        "name": case.name,
        "classname": case.classname,
        "file": case._elem.get("file"),
        "line": case._elem.get("line"),
        "time": case.time,
        "outcome": outcome(case),
        "message": first.message if first else None,
        "text": first.text if first else None,
        "out": case.system_out,
    }


def leaves(suite):
    return {
        "name": suite.name,
        "tests": suite.tests,
        "failures": suite.failures,
        "errors": suite.errors,
        "skipped": suite.skipped,
        "time": suite.time,
        "properties": {p.name: p.value for p in suite.properties()},
        "cases": [seen(case) for case in suite],
    }


json.dump([leaves(suite) for suite in junitparser.JUnitXml.fromfile(sys.argv[1])], sys.stdout)
