"""The model as a likelihood of Cobaya (https://cobaya.readthedocs.io). In an input file, with this folder on PYTHONPATH:

    likelihood:
      cobaya_likelihood.MuTau:
        columns: [g2, Y_B]
        settings: {cp_branch: delta<pi}
    params:
      log10_T_R: {prior: {min: 3.7, max: 5.7}, ref: 4.7, drop: true}
      T_R: {value: "lambda log10_T_R: 10**log10_T_R"}
      g_zp: {prior: {min: 3.0e-4, max: 2.7e-3}, ref: 9.0e-4}
      Y_B: {derived: true}
"""

from cobaya.likelihood import Likelihood

import mutauscan


class MuTau(Likelihood):
    """Sum of the likelihoods named in `columns`; every parameter of the model may be sampled or fixed."""

    columns: list = None  # None: loglike_total
    settings: dict = {}  # of [model] in a config

    def initialize(self):
        self.model = mutauscan.Model("mutau", **self.settings)

    def get_can_support_params(self):
        return list(self.model.parameters)

    def get_can_provide_params(self):
        return list(self.model.columns)

    def logp(self, _derived=None, **parameters):
        inputs = {name: value for name, value in parameters.items() if name in self.model.parameters}
        rows = self.model.evaluate_many({name: [value] for name, value in inputs.items()}, threads=1)
        if _derived is not None:
            for name in self.output_params:
                _derived[name] = float(rows[name][0])
        return self.model.loglike_of(rows, self.columns)[0]
