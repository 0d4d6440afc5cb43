"""Compact Mask R-CNN with Detectron2's parameter names and arithmetic, in plain torch and torchvision.

The state_dict has the keys of Detectron2's GeneralizedRCNN with a ResNet-18 FPN; `tem-gauge import detector` converts
it to ONNX. References: detectron2/modeling/{backbone/resnet,backbone/fpn,anchor_generator,
box_regression,matcher,sampling,proposal_generator/rpn,roi_heads/*}.py.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.ops import batched_nms, box_iou, nms, roi_align

CLAMP = math.log(1000.0 / 16)


class ConvNorm(nn.Conv2d):
    """Convolution without bias whose batch norm is the child `norm`, as in Detectron2."""

    def __init__(self, cin, cout, k, stride=1):
        super().__init__(cin, cout, k, stride, k // 2, bias=False)
        self.norm = nn.BatchNorm2d(cout)
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return self.norm(super().forward(x))


class BasicBlock(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv1, self.conv2 = ConvNorm(cin, cout, 3, stride), ConvNorm(cout, cout, 3)
        self.shortcut = ConvNorm(cin, cout, 1, stride) if cin != cout or stride != 1 else None

    def forward(self, x):
        y = self.conv2(F.relu(self.conv1(x)))
        return F.relu(y + (self.shortcut(x) if self.shortcut is not None else x))


class Stem(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv1 = ConvNorm(cin, cout, 7, 2)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv1(x)), 3, 2, 1)


class ResNet18(nn.Module):
    def __init__(self, cin, stem, res2):
        super().__init__()
        self.stem = Stem(cin, stem)
        widths = [res2 << i for i in range(4)]
        for i, w in enumerate(widths):
            before = stem if i == 0 else widths[i - 1]
            setattr(self, f"res{i + 2}", nn.Sequential(BasicBlock(before, w, 1 if i == 0 else 2), BasicBlock(w, w, 1)))
        self.widths = widths

    def forward(self, x):
        x, out = self.stem(x), []
        for i in range(2, 6):
            x = getattr(self, f"res{i}")(x)
            out.append(x)
        return out


class FPN(nn.Module):
    def __init__(self, cin, stem, res2, c):
        super().__init__()
        self.bottom_up = ResNet18(cin, stem, res2)
        for i, w in enumerate(self.bottom_up.widths):
            setattr(self, f"fpn_lateral{i + 2}", nn.Conv2d(w, c, 1))
            setattr(self, f"fpn_output{i + 2}", nn.Conv2d(c, c, 3, padding=1))

    def forward(self, x):
        features, top, out = self.bottom_up(x), None, {}
        for i in range(5, 1, -1):
            lateral = getattr(self, f"fpn_lateral{i}")(features[i - 2])
            top = lateral if top is None else lateral + F.interpolate(top, scale_factor=2.0, mode="nearest")
            out[i] = getattr(self, f"fpn_output{i}")(top)
        out[6] = F.max_pool2d(out[5], 1, 2)
        return [out[i] for i in range(2, 7)]


class RPNHead(nn.Module):
    def __init__(self, c, a):
        super().__init__()
        self.conv, self.objectness_logits, self.anchor_deltas = nn.Conv2d(c, c, 3, padding=1), nn.Conv2d(c, a, 1), nn.Conv2d(c, 4 * a, 1)
        for layer in (self.conv, self.objectness_logits, self.anchor_deltas):
            nn.init.normal_(layer.weight, std=0.01 if layer is not self.conv else 0.03)
            nn.init.zeros_(layer.bias)
        nn.init.constant_(self.objectness_logits.bias, -4.0)


class BoxHead(nn.Module):
    def __init__(self, c, pool, dims):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(c * pool * pool, dims[0]), nn.Linear(dims[0], dims[1])

    def forward(self, x):
        return F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))


class BoxPredictor(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.cls_score, self.bbox_pred = nn.Linear(dim, classes + 1), nn.Linear(dim, 4 * classes)
        nn.init.normal_(self.cls_score.weight, std=0.01)
        nn.init.normal_(self.bbox_pred.weight, std=0.001)
        nn.init.zeros_(self.cls_score.bias)
        nn.init.zeros_(self.bbox_pred.bias)


class MaskHead(nn.Module):
    def __init__(self, c, dims, classes):
        super().__init__()
        self.count = len(dims)
        for i, d in enumerate(dims):
            setattr(self, f"mask_fcn{i + 1}", nn.Conv2d(c if i == 0 else dims[i - 1], d, 3, padding=1))
        self.deconv, self.predictor = nn.ConvTranspose2d(dims[-1], dims[-1], 2, 2), nn.Conv2d(dims[-1], classes, 1)

    def forward(self, x):
        for i in range(self.count):
            x = F.relu(getattr(self, f"mask_fcn{i + 1}")(x))
        return self.predictor(F.relu(self.deconv(x)))


class ROIHeads(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        c, classes = cfg["fpn"]["outChannels"], len(cfg["categories"])
        self.box_head = BoxHead(c, cfg["box"]["poolerResolution"], cfg["box"]["fcDims"])
        self.box_predictor = BoxPredictor(cfg["box"]["fcDims"][-1], classes)
        self.mask_head = MaskHead(c, cfg["mask"]["convDims"], classes)


class ProposalGenerator(nn.Module):
    def __init__(self, c, a):
        super().__init__()
        self.rpn_head = RPNHead(c, a)


def cell_anchors(sizes, ratios):
    """Detectron2's generate_cell_anchors: (A, 4) boxes around the origin, in pixels."""
    out = []
    for s in sizes:
        for r in ratios:
            w = math.sqrt(s * s / r)
            out.append([-w / 2, -r * w / 2, w / 2, r * w / 2])
    return torch.tensor(out, dtype=torch.float32)


def decode(deltas, boxes, weights):
    """Box2BoxTransform.apply_deltas for (N, 4) deltas."""
    w, h = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    x, y = boxes[:, 0] + 0.5 * w, boxes[:, 1] + 0.5 * h
    dx, dy = deltas[:, 0] / weights[0], deltas[:, 1] / weights[1]
    dw, dh = (deltas[:, 2] / weights[2]).clamp(max=CLAMP), (deltas[:, 3] / weights[3]).clamp(max=CLAMP)
    cx, cy, pw, ph = dx * w + x, dy * h + y, dw.exp() * w, dh.exp() * h
    return torch.stack([cx - 0.5 * pw, cy - 0.5 * ph, cx + 0.5 * pw, cy + 0.5 * ph], 1)


def encode(src, dst, weights):
    sw, sh, dw, dh = src[:, 2] - src[:, 0], src[:, 3] - src[:, 1], dst[:, 2] - dst[:, 0], dst[:, 3] - dst[:, 1]
    dx = (dst[:, 0] + 0.5 * dw - src[:, 0] - 0.5 * sw) / sw
    dy = (dst[:, 1] + 0.5 * dh - src[:, 1] - 0.5 * sh) / sh
    return torch.stack([weights[0] * dx, weights[1] * dy, weights[2] * (dw / sw).log(), weights[3] * (dh / sh).log()], 1)


def move(boxes, size, to, mirrored):
    """Boxes of one view's frame (h, w) in another's."""
    boxes = boxes * torch.tensor([to[1] / size[1], to[0] / size[0]] * 2)
    return torch.stack([to[1] - boxes[:, 2], boxes[:, 1], to[1] - boxes[:, 0], boxes[:, 3]], 1) if mirrored else boxes


def clip(boxes, size):
    h, w = size
    return torch.stack([boxes[:, 0].clamp(0, w), boxes[:, 1].clamp(0, h), boxes[:, 2].clamp(0, w), boxes[:, 3].clamp(0, h)], 1)


class MaskRCNN(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg, r = cfg, cfg["resnet"]
        self.cells = [cell_anchors(s, cfg["anchors"]["aspectRatios"][0]) for s in cfg["anchors"]["sizes"]]
        c = cfg["fpn"]["outChannels"]
        self.backbone = FPN(cfg["input"]["channels"], r["stemOutChannels"], r["res2OutChannels"], c)
        self.proposal_generator = ProposalGenerator(c, len(self.cells[0]))
        self.roi_heads = ROIHeads(cfg)

    def anchors(self, features):
        out = []
        for f, cell, stride in zip(features, self.cells, self.cfg["anchors"]["strides"]):
            h, w = f.shape[-2:]
            y, x = torch.meshgrid(torch.arange(h) * stride, torch.arange(w) * stride, indexing="ij")
            shift = torch.stack([x, y, x, y], -1).reshape(-1, 1, 4).float()
            out.append((shift + cell).reshape(-1, 4).to(f.device))
        return out

    def rpn(self, features):
        head, logits, deltas = self.proposal_generator.rpn_head, [], []
        for f in features:
            t = F.relu(head.conv(f))
            n = f.shape[0]
            logits.append(head.objectness_logits(t).permute(0, 2, 3, 1).reshape(n, -1).float())
            deltas.append(head.anchor_deltas(t).view(n, -1, 4, *t.shape[-2:]).permute(0, 3, 4, 1, 2).reshape(n, -1, 4).float())
        return logits, deltas

    @torch.no_grad()
    def proposals(self, anchors, logits, deltas, sizes, *, pre, post):
        """Boxes and logits of each image's proposals: at most `pre` per level before NMS, at most `post` per image after it."""
        cfg, result = self.cfg["rpn"], []
        for n, size in enumerate(sizes):
            boxes, scores, levels = [], [], []
            for level, (a, l, d) in enumerate(zip(anchors, logits, deltas)):
                top, index = l[n].topk(min(pre, l.shape[1]))
                boxes.append(decode(d[n, index], a[index], cfg["bboxRegWeights"]))
                scores.append(top)
                levels.append(torch.full_like(index, level))
            boxes, scores, levels = clip(torch.cat(boxes), size), torch.cat(scores), torch.cat(levels)
            keep = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
            boxes, scores, levels = boxes[keep], scores[keep], levels[keep]
            keep = batched_nms(boxes, scores, levels, cfg["nmsThreshold"])[:post]
            result.append((boxes[keep], scores[keep]))
        return result

    def pool(self, features, boxes, out, sampling):
        """RoIAlign from the level that Detectron2's assign_boxes_to_levels gives each box.

        boxes: one (Ni, 4) tensor per image. Returns (sum of Ni, C, out, out).
        """
        b = self.cfg["box"]
        rois = torch.cat([torch.cat([torch.full((len(x), 1), float(i), device=x.device), x], 1) for i, x in enumerate(boxes)])
        area = (rois[:, 3] - rois[:, 1]) * (rois[:, 4] - rois[:, 2])
        level = torch.floor(b["canonicalLevel"] + torch.log2(area.clamp(min=0).sqrt() / b["canonicalBoxSize"] + 1e-8)).clamp(2, 5)
        result = features[0].new_zeros((len(rois), features[0].shape[1], out, out), dtype=torch.float32)
        for i in range(4):
            index = (level == i + 2).nonzero()[:, 0]
            if len(index):
                result = result.index_put((index,), roi_align(features[i].float(), rois[index], out, 1.0 / self.cfg["anchors"]["strides"][i], sampling, True))
        return result

    @torch.no_grad()
    def detect_views(self, views, score_threshold=None):
        """Detections of one image with test-time augmentation.

        views: see data.views, the plain image first. Returns (N, 4) boxes in pixels of the first view, and N scores.
        """
        cfg, b, p, base = self.cfg, self.cfg["box"], self.roi_heads.box_predictor, views[0][1]
        features, found, logits = [], [], []
        for image, size, mirrored in views:
            features.append(self.backbone(image))
            out = self.rpn(features[-1])
            props, best = self.proposals(self.anchors(features[-1]), *out, [size], pre=cfg["rpn"]["preNmsTopk"], post=cfg["rpn"]["postNmsTopk"])[0]
            found.append(move(props, size, base, mirrored))
            logits.append(best)
        found, logits = torch.cat(found), torch.cat(logits)
        if len(views) > 1:
            found = found[nms(found, logits, cfg["rpn"]["nmsThreshold"])[: cfg["rpn"]["postNmsTopk"]]]
        scores = boxes = 0
        for f, (_, size, mirrored) in zip(features, views):
            own = move(found, base, size, mirrored)
            x = self.roi_heads.box_head(self.pool(f, [own], b["poolerResolution"], b["samplingRatio"]))
            scores = scores + p.cls_score(x).softmax(1)[:, 0] / len(views)
            boxes = boxes + move(clip(decode(p.bbox_pred(x), own, b["bboxRegWeights"]), size), size, base, mirrored) / len(views)
        keep = scores > (b["scoreThreshold"] if score_threshold is None else score_threshold)
        boxes, scores = boxes[keep], scores[keep]
        keep = nms(boxes, scores, b["nmsThreshold"])[: b["detectionsPerImage"]]
        return boxes[keep], scores[keep]

    # ---- training -----------------------------------------------------------------------------------------------
    def losses(self, images, targets):
        """Losses by name, as in Detectron2.

        images: (N, C, H, W). targets: one target of data.Crops.one per image. Negative anchors and proposals on a box of
        `ignored` are left out of the losses. A box without a mask (a label from a count) is left out of the mask loss.
        """
        size = images.shape[-2:]
        features = self.backbone(images)
        logits, deltas = self.rpn(features)
        anchors = self.anchors(features)
        all_anchors, out = torch.cat(anchors), {}
        objectness, regression, total = 0.0, 0.0, 256 * len(images)
        flat_logits, flat_deltas = torch.cat(logits, 1), torch.cat(deltas, 1)
        for n, t in enumerate(targets):
            labels, matched = match(all_anchors, t["boxes"], 0.3, 0.6, True)
            positive, negative = sample(drop_ignored(labels, all_anchors, t["ignored"]), 256, 0.5)
            index = torch.cat([positive, negative])
            objectness = objectness + F.binary_cross_entropy_with_logits(flat_logits[n, index], labels[index].float(), reduction="sum")
            if len(positive):
                goal = encode(all_anchors[positive], t["boxes"][matched[positive]], self.cfg["rpn"]["bboxRegWeights"])
                regression = regression + F.l1_loss(flat_deltas[n, positive], goal, reduction="sum")
        out["rpn_cls"], out["rpn_loc"] = objectness / total, regression / total
        props = self.proposals(anchors, [l.detach() for l in logits], [d.detach() for d in deltas], [size] * len(images), pre=500, post=500)
        b, chosen, classes, goals, mask_boxes, mask_targets = self.cfg["box"], [], [], [], [], []
        for t, (boxes, _) in zip(targets, props):
            boxes = torch.cat([boxes, t["boxes"]])
            labels, matched = match(boxes, t["boxes"], 0.5, 0.5, False)
            positive, negative = sample(drop_ignored(labels, boxes, t["ignored"]), 128, 0.3)
            index = torch.cat([positive, negative])
            chosen.append(boxes[index])
            classes.append(torch.cat([torch.zeros(len(positive)), torch.ones(len(negative))]).long())
            goals.append(encode(boxes[positive], t["boxes"][matched[positive]], b["bboxRegWeights"]))
            masked = positive[[t["masks"][i] is not None for i in matched[positive].tolist()]]
            few = masked[torch.randperm(len(masked))][:16]
            mask_boxes.append(boxes[few])
            mask_targets.append(crop_masks(t, matched[few], boxes[few]))
        x = self.roi_heads.box_head(self.pool(features[:4], chosen, b["poolerResolution"], 2))
        p, classes = self.roi_heads.box_predictor, torch.cat(classes)
        out["cls"] = F.cross_entropy(p.cls_score(x), classes)
        out["loc"] = F.l1_loss(p.bbox_pred(x)[classes == 0], torch.cat(goals), reduction="sum") / max(1, len(classes))
        if sum(map(len, mask_boxes)):
            soft = self.roi_heads.mask_head(self.pool(features[:4], mask_boxes, self.cfg["mask"]["poolerResolution"], 2))[:, 0]
            out["mask"] = F.binary_cross_entropy_with_logits(soft, torch.cat(mask_targets))
        return out


def drop_ignored(labels, boxes, ignored):
    """Set the label of negatives on an ignored box to -1: IoU of at least 0.25, or at least half of their area inside it."""
    if not len(ignored):
        return labels
    low, high = torch.maximum(boxes[None, :, :2], ignored[:, None, :2]), torch.minimum(boxes[None, :, 2:], ignored[:, None, 2:])
    shared = (high - low).clamp(min=0).prod(2)
    area = lambda b: (b[:, 2:] - b[:, :2]).clamp(min=0).prod(1)
    inside = (shared / area(boxes).clamp(min=1e-3)).max(0).values >= 0.5
    near = (shared / (area(boxes)[None] + area(ignored)[:, None] - shared).clamp(min=1e-3)).max(0).values >= 0.25
    return torch.where((labels == 0) & (inside | near), -1, labels)


def match(boxes, truth, low, high, allow_low_quality):
    """Detectron2's Matcher: labels (1 positive, 0 negative, -1 ignored), and the index of the box of `truth` with the highest IoU."""
    if not len(truth):
        return torch.zeros(len(boxes), dtype=torch.long), torch.zeros(len(boxes), dtype=torch.long)
    iou = box_iou(truth, boxes)
    best, index = iou.max(0)
    labels = torch.where(best >= high, 1, torch.where(best < low, 0, -1))
    if allow_low_quality:
        labels[(iou == iou.max(1, keepdim=True).values.clamp(min=1e-6)).any(0)] = 1
    return labels, index


def sample(labels, count, fraction):
    """Detectron2's subsample_labels: indices of at most `count` * `fraction` positives, and of negatives up to `count` in all."""
    positive, negative = (labels == 1).nonzero()[:, 0], (labels == 0).nonzero()[:, 0]
    positive = positive[torch.randperm(len(positive))[: int(count * fraction)]]
    negative = negative[torch.randperm(len(negative))[: count - len(positive)]]
    return positive, negative


def crop_masks(target, index, boxes):
    """Targets of the mask head, (N, 28, 28): Detectron2's BitMasks.crop_and_resize, on masks that are crops of the image."""
    out = []
    for i, box in zip(index.tolist(), boxes):
        mask, (x0, y0, _, _) = target["masks"][i], target["crops"][i]
        roi = torch.cat([torch.zeros(1), box - torch.tensor([x0, y0, x0, y0], dtype=torch.float32)])[None]
        out.append(roi_align(mask[None, None].float(), roi, 28, 1.0, 0, True)[0, 0] >= 0.5)
    return torch.stack(out).float() if out else torch.zeros(0, 28, 28)
