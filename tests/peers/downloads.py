"""Small random numbers in the place of what a script downloads: images, names, curves."""

from __future__ import annotations

import gzip
import pickle
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

#: The shape of an image, and how many classes there are, by the class of torchvision.
_IMAGES = {
    "MNIST": ((28, 28), 10),
    "FashionMNIST": ((28, 28), 10),
    "CIFAR10": ((32, 32, 3), 10),
}


def write_files(folder: Path) -> None:
    """The files that scripts read from the folder they run in."""
    draws = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = ["".join(draws.choices(letters, k=draws.randint(3, 7))) for _ in range(600)]
    (folder / "names.txt").write_text("\n".join(names), encoding="utf-8")
    (folder / "input.txt").write_text(" ".join(names), encoding="utf-8")
    (folder / "data" / "names").mkdir(parents=True)
    for i, language in enumerate(("Dutch", "English", "French")):
        path = folder / "data" / "names" / f"{language}.txt"
        path.write_text("\n".join(name.title() for name in names[i::12]), encoding="utf-8")
    numbers = np.random.default_rng(0)
    mnist = folder / "data" / "mnist"
    mnist.mkdir()
    parts = [
        (numbers.random((n, 784), np.float32), numbers.integers(0, 10, n)) for n in (256, 128, 128)
    ]
    with gzip.open(mnist / "mnist.pkl.gz", "wb") as file:
        pickle.dump(tuple(parts), file)
    wine = np.column_stack([numbers.integers(1, 4, 60), numbers.random((60, 13))])
    for name in ("wine.csv", "data/wine/wine.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        header = ",".join(["Wine", *[f"c{i}" for i in range(13)]])
        np.savetxt(folder / name, wine, "%.4f", ",", header=header, comments="")
    diabetes = np.column_stack([numbers.random((60, 8)), numbers.integers(0, 2, 60)])
    np.savetxt(folder / "data" / "diabetes.csv.gz", diabetes, "%.4f", ",")


def torchvision(torch: Any) -> dict[str, ModuleType]:
    """``torchvision`` with random images, over either library's ``torch``."""

    class Images(torch.utils.data.Dataset):  # type: ignore[misc]
        def __init__(
            self, root: Any = None, train: bool = True, transform: Any = None,
            target_transform: Any = None, download: bool = False,
        ) -> None:  # fmt: skip
            shape, n = _IMAGES[type(self).__name__]
            draws = np.random.default_rng(int(train))
            self.images = draws.integers(0, 256, (300 if train else 200, *shape)).astype(np.uint8)
            self.targets = torch.from_numpy(draws.integers(0, n, len(self.images)))
            self.data = self.train_data = self.test_data = torch.from_numpy(self.images)
            self.train_labels = self.test_labels = self.targets
            self.classes = [str(i) for i in range(n)]
            self.transform, self.target_transform = transform, target_transform

        def __len__(self) -> int:
            return len(self.images)

        def __getitem__(self, i: int) -> Any:
            image, label = self.images[i], self.targets[i].item()
            image = image if self.transform is None else self.transform(image)
            return image, self.target_transform(label) if self.target_transform else label

    class ToTensor:
        def __call__(self, image: Any) -> Any:
            array = np.asarray(image, np.float32) / 255
            array = (
                array[None] if array.ndim == 2 else np.ascontiguousarray(array.transpose(2, 0, 1))
            )
            return torch.from_numpy(array)

    class Resize:
        def __init__(self, size: Any) -> None:
            self.size = size if isinstance(size, tuple | list) else (size, size)

        def __call__(self, image: Any) -> Any:
            rows, columns = (np.arange(n) * m // n for n, m in zip(self.size, image.shape))
            return image[rows][:, columns]

    class Normalize:
        def __init__(self, mean: Any, std: Any) -> None:
            self.mean, self.std = (torch.tensor(x).view(-1, 1, 1) for x in (mean, std))

        def __call__(self, image: Any) -> Any:
            return (image - self.mean) / self.std

    class Compose:
        def __init__(self, transforms: Any) -> None:
            self.transforms = transforms

        def __call__(self, image: Any) -> Any:
            for transform in self.transforms:
                image = transform(image)
            return image

    class Lambda(Compose):
        def __init__(self, function: Any) -> None:
            super().__init__([function])

    def nothing(*args: Any, **kwargs: Any) -> None:
        """Write no image."""

    datasets = {name: type(name, (Images,), {}) for name in _IMAGES}
    transforms: dict[str, Any] = {
        c.__name__: c for c in (ToTensor, Normalize, Compose, Lambda, Resize)
    }
    contents: dict[str, dict[str, Any]] = {
        "torchvision.datasets": datasets,
        "torchvision.datasets.mnist": datasets,
        "torchvision.transforms": transforms,
        "torchvision.utils": {"save_image": nothing, "make_grid": lambda images, **_: images[0]},
    }
    whole = ModuleType("torchvision")
    modules = {"torchvision": whole}
    for name, names in contents.items():
        modules[name] = ModuleType(name)
        vars(modules[name]).update(names)
        setattr(whole, name.split(".")[1], modules[name]) if name.count(".") == 1 else None
    return modules
