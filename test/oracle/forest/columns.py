"""Forests with named columns in another order, and search objects, with scikit-learn's predictions: python columns.py.

The fixtures were made with scikit-learn 1.9.1, joblib 1.6.0, numpy 2.4.6, pandas and scipy.
"""
import json
import pathlib

import joblib
import numpy as np
import pandas as pd
from scipy.stats import randint
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

out = pathlib.Path(__file__).parent / "fixtures"
published = ["fractionAbove09", "detectionCount", "areaRatio", "imageConfidence", "meanScore", "meanBoxArea", "stdScore", "stdBoxArea"]
authors = ["frac_conf>0.9", "counts", "area_ratio", "image_confidence", "avg obj conf", "avg obj size", "stdev obj conf", "stdev obj size"]
rng = np.random.default_rng(7)
x = pd.DataFrame(rng.random((80, 8)), columns=published)
y = np.clip(x["fractionAbove09"] * 0.6 + x["meanScore"] * 0.3 + 0.1 * rng.random(80), 0, 1)
order = [4, 0, 1, 2, 3, 5, 6, 7]
forest = lambda: RandomForestRegressor(3, max_depth=4, random_state=1)
permuted = x.iloc[:, order]
renamed = permuted.set_axis([authors[i] for i in order], axis=1)
strange = x.set_axis([f"feature {i}" for i in "abcdefgh"], axis=1)
models = {
    "named-permuted": (forest().fit(permuted, y), permuted),
    "named-authors": (forest().fit(renamed, y), renamed),
    "named-pipeline": (make_pipeline(StandardScaler(), forest()).fit(permuted, y), permuted),
    "named-strange": (forest().fit(strange, y), strange),
    "search-grid": (GridSearchCV(forest(), {"max_depth": [2, 3]}, cv=2).fit(permuted, y), permuted),
    "search-random": (RandomizedSearchCV(forest(), {"max_depth": randint(2, 5)}, n_iter=2, cv=2, random_state=0).fit(permuted, y), permuted),
}
for name, (model, _) in models.items():
    joblib.dump(model, out / f"{name}.pkl", compress=3)
joblib.dump(GridSearchCV(forest(), {"max_depth": [2, 3]}, cv=2, refit=False).fit(permuted, y), out / "search-no-refit.pkl", compress=3)
joblib.dump(StandardScaler().fit(x), out / "named-scaler.pkl", compress=3)
rows = slice(0, 5)
expected = {
    "header": published,
    "rows": x.iloc[rows].to_numpy().tolist(),
    "prediction": {name: model.predict(table.iloc[rows]).tolist() for name, (model, table) in models.items()},
}
(out / "columns.json").write_text(json.dumps(expected))
