"""Scoring: requests are read, converted and refused as MLflow's scoring server does it, without MLflow.

The rules were taken from the behaviour of MLflow 3.17 on pandas 3.1, and the tests hold every one of them against it:
`formats` reads the body, `frames` and `arrays` are the little of pandas and NumPy that it takes, `casting` and
`enforce` convert columns, `tensors` arrays, `params` parameters, and `output` writes the answer.
"""
