"""nbdev_docs, whose index of names would leave out every notebook with "auto" in its own name, as 08_autograd
has: no name of it would be a link, and none would have one to its source."""
from nbdev import doclinks, quarto

cells = doclinks._iter_py_cells


def unnamed(path):
    "The cells of the module at `path`, without the name of the notebook that each is from"
    for cell in cells(path):
        cell.nb = ''
        yield cell


if __name__ == '__main__':
    doclinks._iter_py_cells = unnamed
    quarto.nbdev_docs.__wrapped__()
