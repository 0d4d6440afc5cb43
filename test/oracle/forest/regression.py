"""Five tables with the predictions of scikit-learn's forests: python regression.py (needs scikit-learn).

Writes fixtures/regression.json: training and test rows, and for each set of options either the predictions themselves
(where no random choice is left) or the mean and the standard deviation over seeds of the test metrics, of the number of
leaves per tree, and of the out-of-bag R2. Made with scikit-learn 1.9.1, numpy 2.4.6.
"""
import json
import pathlib

import numpy as np
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

rng = np.random.default_rng(11)
n = 300


def tables():
    x, y = make_friedman1(n, 8, noise=1.0, random_state=1)
    yield "friedman", x, y
    x = rng.normal(size=(n, 10))
    x[:, [1, 2, 4, 5, 7, 8, 9]] = [3.0, 0.0, -1.0, 7.5, 2.0, 0.5, 1.0]  # seven constant features
    yield "constant", x, 2 * x[:, 0] + x[:, 3] + 0.5 * x[:, 6] + 0.3 * rng.normal(size=n)
    x = rng.integers(0, 4, size=(n, 6)).astype(float)  # many ties
    yield "ties", x, x[:, 0] * (x[:, 1] > 1) + 0.5 * x[:, 2] + 0.4 * rng.normal(size=n)
    x = np.exp(rng.normal(size=(n, 20)) * 2)  # skewed, mostly noise
    yield "noise", x, np.log(x[:, 0]) + np.tanh(np.log(x[:, 1])) + rng.normal(size=n)
    x, y = load_diabetes(return_X_y=True)
    yield "diabetes", x[:n] * 100, y[:n]


random_options = {
    "default": (RandomForestRegressor, {}),
    "sqrt": (RandomForestRegressor, {"max_features": "sqrt", "min_samples_leaf": 3}),
    "fraction": (RandomForestRegressor, {"max_features": 0.35, "min_samples_split": 8, "max_samples": 0.5}),
    "two": (RandomForestRegressor, {"max_features": 2, "max_depth": 6}),
    "extra": (ExtraTreesRegressor, {}),
    "extra-leaf": (ExtraTreesRegressor, {"max_features": 0.5, "min_samples_leaf": 2}),
    "extra-bootstrap": (ExtraTreesRegressor, {"bootstrap": True, "max_features": 1, "min_samples_split": 4}),
}
# With large leaves, splits of equal gain are rare, and the order of the features has little effect.
fixed_options = {
    "leaf": {"min_samples_leaf": 10},
    "depth": {"min_samples_leaf": 6, "max_depth": 3},
    "split": {"min_samples_leaf": 6, "min_samples_split": 40},
    "decrease": {"min_samples_leaf": 6, "min_impurity_decrease": 0.05},
}
seeds = 20
out = []
for name, x, y in tables():
    x, y = np.round(x, 4), np.round(y, 4)
    train, test = slice(0, 200), slice(200, n)
    entry = {"name": name, "x": x.tolist(), "y": y.tolist(), "train": 200, "fixed": {}, "random": {}}
    for key, options in fixed_options.items():
        m = RandomForestRegressor(1, bootstrap=False, random_state=0, **options).fit(x[train], y[train])
        entry["fixed"][key] = m.predict(x[test]).tolist()
    for key, (kind, options) in random_options.items():
        got = {"rmse": [], "mae": [], "r2": [], "leaves": [], "oobR2": []}
        for seed in range(seeds):
            bootstrap = options.get("bootstrap", kind is RandomForestRegressor)
            m = kind(60, random_state=seed, **options, **({"oob_score": True} if bootstrap else {})).fit(x[train], y[train])
            p = m.predict(x[test])
            got["rmse"].append(mean_squared_error(y[test], p) ** 0.5)
            got["mae"].append(mean_absolute_error(y[test], p))
            got["r2"].append(r2_score(y[test], p))
            got["leaves"].append(np.mean([t.get_n_leaves() for t in m.estimators_]))
            got["oobR2"].append(m.oob_score_ if bootstrap else np.nan)
        entry["random"][key] = {
            k: [float(np.mean(v)), float(np.std(v, ddof=1))] for k, v in got.items() if not np.isnan(v).any()
        }
    out.append(entry)
# Frequency of each feature at the root where seven of ten are constant: shows whether constant features count for max_features.
x, y = np.asarray(out[1]["x"]), np.asarray(out[1]["y"])
stumps = RandomForestRegressor(3000, max_depth=1, max_features=3, random_state=0).fit(x, y)
root = np.bincount([t.tree_.feature[0] for t in stumps.estimators_], minlength=10) / 3000
path = pathlib.Path(__file__).parent / "fixtures" / "regression.json"
path.write_text(json.dumps({"tables": out, "rootFeatures": root.tolist()}) + "\n")
