"""Small scikit-learn files with scikit-learn's predictions and shap's values: python generate.py (needs scikit-learn, shap).

The fixtures were made with scikit-learn 1.9.1, joblib 1.6.0, numpy 2.4.6 and shap 0.51.0.
"""
import json
import pathlib
import pickle

import joblib
import numpy as np
import shap
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

out = pathlib.Path(__file__).parent / "fixtures"
out.mkdir(exist_ok=True)
rng = np.random.default_rng(5)
x = rng.normal(size=(120, 8)) * [0.3, 40, 0.1, 0.05, 0.05, 0.004, 0.1, 0.004] + [0.5, 60, 0.1, 0.9, 0.9, 0.006, 0.1, 0.005]
y = np.clip(x[:, 0] + 0.3 * rng.normal(size=120), 0, 1)
rows = x[:6]
scaler = StandardScaler().fit(x)
z = scaler.transform(x)
joblib.dump(scaler, out / "scaler.pkl")
models = {
    "forest": RandomForestRegressor(4, max_depth=5, random_state=1).fit(z, y),
    "extra": ExtraTreesRegressor(4, max_depth=4, random_state=1, bootstrap=True).fit(z, y),
    "pipeline": make_pipeline(StandardScaler(), RandomForestRegressor(3, max_depth=4, random_state=np.random.RandomState(2))).fit(x, y),
}
for suffix, compress in (("plain", 0), ("zlib", 3), ("gzip", ("gzip", 3)), ("bz2", ("bz2", 3)), ("lzma", ("lzma", 3)), ("xz", ("xz", 3))):
    joblib.dump(models["forest"], out / f"forest.joblib-{suffix}.pkl", compress=compress)
for protocol in (2, 3, 4, 5):
    (out / f"extra.protocol{protocol}.pkl").write_bytes(pickle.dumps(models["extra"], protocol))
joblib.dump(models["pipeline"], out / "pipeline.joblib-zlib.pkl", compress=3)
# Trees that saw missing values split some nodes at infinity.
holes = np.where(np.random.default_rng(6).random(z.shape) < 0.15, np.nan, z)
models["missing"] = RandomForestRegressor(4, max_depth=5, random_state=3).fit(holes, y)
joblib.dump(models["missing"], out / "missing.joblib-zlib.pkl", compress=3)
joblib.dump(GradientBoostingRegressor(n_estimators=2).fit(z, y), out / "other.joblib-zlib.pkl", compress=3)
expected = {"rows": rows.tolist()}
for name, model in models.items():
    last = model[-1] if hasattr(model, "steps") else model
    inner = model[0].transform(rows) if hasattr(model, "steps") else scaler.transform(rows)
    explainer = shap.TreeExplainer(last, feature_perturbation="tree_path_dependent")
    expected[name] = {
        "prediction": last.predict(inner).tolist(),
        "contributions": np.asarray(explainer.shap_values(inner)).tolist(),
        "baseValue": float(np.ravel(explainer.expected_value)[0]),
    }
(out / "expected.json").write_text(json.dumps(expected))
